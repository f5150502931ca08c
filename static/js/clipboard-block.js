// @ts-check
/* Reads and writes blocks of cells as Excel, WPS, LibreOffice and web tables put them on the clipboard. No page needed.

   The tab-separated text is the truth; the HTML only tells which cells were merged, if it has the same shape. */

/** @typedef {{row: number, column: number, rows: number, columns: number}} Merge */
/** @typedef {{rows: string[][], merges: Merge[]}} Block  All rows are of one length. */

const LARGEST_SPAN = 5000;

/**
 * The block that the clipboard holds; null for an ordinary text.
 * @param {string} text @param {string} [html]
 * @returns {Block | null}
 */
export function parseClipboard(text, html) {
  const all = cleanText(text || "");
  if (!/[\t\n]/.test(all)) return null;
  const rows = makeRectangle(readRows(all));
  return rows.length && rows[0].length ? { rows, merges: readMerges(rows, html || "") } : null;
}

/** @param {string} text */
function cleanText(text) {
  // A vertical tab is a line break inside a cell for some programs, and no text the server takes.
  return text.replace(/\0+$/, "").replace(/\r\n?/g, "\n").replace(/\v/g, "\n");
}

/**
 * Where a quoted cell ends: at a quote before a tab, a line end or the end. WPS leaves quotes inside undoubled.
 * @param {string} text @param {number} start
 */
function endOfQuoted(text, start) {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] !== '"') continue;
    const next = text[at + 1];
    if (next === '"') at++;
    else if (next === undefined || next === "\t" || next === "\n") return at;
  }
  return -1;
}

/** @param {string} text @param {number} start */
function readCell(text, start) {
  if (text[start] === '"') {
    const end = endOfQuoted(text, start), inner = text.slice(start + 1, end);
    // Quotes around a plain word are the word's own: only a break, a tab or a doubled quote needs quoting.
    if (end > 0 && /[\n\t]|""/.test(inner)) return { value: inner.replace(/""/g, '"'), end: end + 1 };
  }
  let end = start;
  while (end < text.length && text[end] !== "\t" && text[end] !== "\n") end++;
  return { value: text.slice(start, end), end };
}

/** @param {string} text */
function readRows(text) {
  /** @type {string[][]} */
  const rows = [[]];
  let at = 0;
  for (;;) {
    const cell = readCell(text, at);
    rows[rows.length - 1].push(cell.value.replace(/^[ \u00a0]+|[ \u00a0]+$/g, ""));
    if (cell.end >= text.length) return rows;
    if (text[cell.end] === "\n") {
      if (cell.end === text.length - 1) return rows; // the line end that closes the block
      rows.push([]);
    }
    at = cell.end + 1;
  }
}

/** Without empty rows at the end, all rows filled up to one length. @param {string[][]} rows */
function makeRectangle(rows) {
  while (rows.length && rows[rows.length - 1].every((cell) => !cell)) rows.pop();
  const width = Math.max(0, ...rows.map((row) => row.length));
  return rows.map((row) => row.concat(Array(width - row.length).fill("")));
}

// Merged cells

/** @param {string} attributes @param {string} name */
function readSpan(attributes, name) {
  const found = attributes.match(new RegExp(`\\b${name}\\s*=\\s*["']?(\\d+)`, "i"));
  return found ? Math.max(1, Math.min(LARGEST_SPAN, Number(found[1]))) : 1;
}

/**
 * The shape of the first table: its width, height and merged areas. No text is taken from it, nothing is executed.
 * @param {string} html
 */
function readShape(html) {
  const bare = html.replace(/<!--[\s\S]*?-->/g, "").replace(/<(style|script)\b[\s\S]*?<\/\1>/gi, "");
  const table = bare.match(/<table\b[^>]*>([\s\S]*?)<\/table>/i);
  if (!table || /<table\b/i.test(table[1])) return null;
  /** @type {boolean[][]} */
  const taken = [];
  /** @type {Merge[]} */
  const merges = [];
  let width = 0;
  const lines = table[1].split(/<tr\b/i).slice(1);
  lines.forEach((line, row) => {
    let column = 0;
    (line.match(/<t[dh]\b[^>]*>/gi) || []).forEach((cell) => {
      while ((taken[row] || [])[column]) column++;
      const merge = { row, column, rows: readSpan(cell, "rowspan"), columns: readSpan(cell, "colspan") };
      // Text that merely runs over into empty neighbours is no merge.
      if ((merge.rows > 1 || merge.columns > 1) && !/mso-ignore:\s*colspan/i.test(cell)) merges.push(merge);
      markTaken(taken, merge);
      column += merge.columns;
      width = Math.max(width, column);
    });
  });
  width = Math.max(width, ...taken.map((cells) => (cells ? cells.length : 0)));
  return { width, height: lines.length, merges };
}

/** @param {boolean[][]} taken @param {Merge} merge */
function markTaken(taken, merge) {
  for (let row = merge.row; row < merge.row + merge.rows; row++) {
    taken[row] = taken[row] || [];
    for (let column = merge.column; column < merge.column + merge.columns; column++) taken[row][column] = true;
  }
}

/** @param {string[][]} rows @param {string} html */
function readMerges(rows, html) {
  const shape = html ? readShape(html) : null;
  if (!shape || shape.width !== rows[0].length || shape.height < rows.length) return [];
  const inside = shape.merges.filter((merge) => merge.row < rows.length);
  // One merged area with text in its covered cells: this HTML describes something else.
  return inside.every((merge) => coversNothing(rows, merge)) ? inside : [];
}

/** @param {string[][]} rows @param {Merge} merge */
function coversNothing(rows, merge) {
  for (let row = merge.row; row < Math.min(rows.length, merge.row + merge.rows); row++) {
    for (let column = merge.column; column < merge.column + merge.columns; column++) {
      if ((row !== merge.row || column !== merge.column) && rows[row][column]) return false;
    }
  }
  return true;
}

// Writing

/** @type {Record<string, string>} */
const SAFE = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "<br>" };

/** @param {string} text */
function quoteCell(text) {
  return /[\n\t"]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** Rows as tab-separated text. @param {string[][]} rows */
export function writeText(rows) {
  return rows.map((row) => `${row.map(quoteCell).join("\t")}\r\n`).join("");
}

/** Rows as a table in HTML. @param {string[][]} rows */
export function writeHtml(rows) {
  // Told to be text, "≥95%" stays as it is and "=1+1" is not reckoned.
  const cell = (/** @type {string} */ text) =>
    `<td style="mso-number-format:'\\@'">${text.replace(/[&<>"\n]/g, (sign) => SAFE[sign])}</td>`;
  return `<table>${rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("")}</table>`;
}
