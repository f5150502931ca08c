/* Reads a block of cells from what Excel, WPS, LibreOffice or a web table put on the clipboard. Pure: no page needed.

   parseClipboard(text, html) gives null for an ordinary text, or {rows: [[text]], merges: [{row, column, rows, columns}]}.
   The tab-separated text is the truth; the html only tells which cells were merged, and only if it has the same shape. */
(function (root) {
  "use strict";

  function clean(text) {
    // A vertical tab is a line break inside a cell for some programs, and no text the server takes.
    return text.replace(/\0+$/, "").replace(/\r\n?/g, "\n").replace(/\v/g, "\n");
  }

  // Where a quoted cell ends: at a quote before a tab, a line end or the end. WPS leaves quotes inside undoubled.
  function quotedEnd(text, start) {
    for (let at = start + 1; at < text.length; at++) {
      if (text[at] !== '"') continue;
      const next = text[at + 1];
      if (next === '"') at++;
      else if (next === undefined || next === "\t" || next === "\n") return at;
    }
    return -1;
  }

  function cellAt(text, start) {
    if (text[start] === '"') {
      const end = quotedEnd(text, start), inner = text.slice(start + 1, end);
      // Quotes around a plain word are the word's own: only a break, a tab or a doubled quote needs quoting.
      if (end > 0 && /[\n\t]|""/.test(inner)) return { value: inner.replace(/""/g, '"'), end: end + 1 };
    }
    let end = start;
    while (end < text.length && text[end] !== "\t" && text[end] !== "\n") end++;
    return { value: text.slice(start, end), end };
  }

  function readRows(text) {
    const rows = [[]];
    let at = 0;
    for (;;) {
      const cell = cellAt(text, at);
      rows[rows.length - 1].push(cell.value.replace(/^[ \u00a0]+|[ \u00a0]+$/g, ""));
      if (cell.end >= text.length) return rows;
      if (text[cell.end] === "\n") {
        if (cell.end === text.length - 1) return rows; // the line end that closes the block
        rows.push([]);
      }
      at = cell.end + 1;
    }
  }

  function square(rows) {
    while (rows.length && rows[rows.length - 1].every((cell) => !cell)) rows.pop();
    const width = Math.max(0, ...rows.map((row) => row.length));
    return rows.map((row) => row.concat(Array(width - row.length).fill("")));
  }

  const number = (attributes, name) => {
    const found = attributes.match(new RegExp(`\\b${name}\\s*=\\s*["']?(\\d+)`, "i"));
    return found ? Math.max(1, Math.min(5000, Number(found[1]))) : 1;
  };

  // The shape of the first table: its width, height and merged areas. No text is taken from it, nothing is executed.
  function shapeOf(html) {
    const bare = html.replace(/<!--[\s\S]*?-->/g, "").replace(/<(style|script)\b[\s\S]*?<\/\1>/gi, "");
    const table = bare.match(/<table\b[^>]*>([\s\S]*?)<\/table>/i);
    if (!table || /<table\b/i.test(table[1])) return null;
    const taken = [], merges = [];
    let width = 0;
    const lines = table[1].split(/<tr\b/i).slice(1);
    lines.forEach((line, row) => {
      let column = 0;
      (line.match(/<t[dh]\b[^>]*>/gi) || []).forEach((cell) => {
        while ((taken[row] || [])[column]) column++;
        const rows = number(cell, "rowspan"), columns = number(cell, "colspan");
        // Text that merely runs over into empty neighbours is no merge.
        if ((rows > 1 || columns > 1) && !/mso-ignore:\s*colspan/i.test(cell)) merges.push({ row, column, rows, columns });
        mark(taken, row, column, rows, columns);
        column += columns;
        width = Math.max(width, column);
      });
    });
    return { width: Math.max(width, ...taken.map((cells) => (cells ? cells.length : 0))), height: lines.length, merges };
  }

  function mark(taken, row, column, rows, columns) {
    for (let r = row; r < row + rows; r++) {
      taken[r] = taken[r] || [];
      for (let c = column; c < column + columns; c++) taken[r][c] = true;
    }
  }

  function mergesOf(rows, html) {
    const shape = html ? shapeOf(html) : null;
    if (!shape || shape.width !== rows[0].length || shape.height < rows.length) return [];
    const empty = (merge) => {
      for (let r = merge.row; r < Math.min(rows.length, merge.row + merge.rows); r++) {
        for (let c = merge.column; c < merge.column + merge.columns; c++) {
          if ((r !== merge.row || c !== merge.column) && rows[r][c]) return false;
        }
      }
      return true;
    };
    const inside = shape.merges.filter((merge) => merge.row < rows.length);
    // One merged area with text in its covered cells: this html describes something else.
    return inside.every(empty) ? inside : [];
  }

  function parseClipboard(text, html) {
    const all = clean(text || "");
    if (!/[\t\n]/.test(all)) return null;
    const rows = square(readRows(all));
    return rows.length && rows[0].length ? { rows, merges: mergesOf(rows, html) } : null;
  }

  // What the block means in our columns

  const bare = (text) => text.replace(/[\s*＊]|必填/g, "");

  // A first line that only repeats column names tells where each column goes; `null` is a column that we do not have.
  function headerOf(rows, labels) {
    const names = labels.map(bare), first = rows[0].map(bare), named = first.filter((cell) => cell);
    const own = named.filter((cell) => names.indexOf(cell) >= 0);
    if (!own.length || own.length < named.filter((cell) => cell !== "序号").length || new Set(own).size < own.length) return null;
    return first.map((cell) => (names.indexOf(cell) >= 0 ? names.indexOf(cell) : null));
  }

  // Merged or left-out level names are repeated down; lines that only head others are folded into them.
  function fillLevels(rows, at, merges) {
    const last = {};
    const filled = rows.map((row) => row.slice());
    filled.forEach((row, r) => {
      at.forEach((column, depth) => {
        if (column < 0) return;
        const parent = depth ? at[0] : -1;
        const moved = parent >= 0 && rows[r][parent] && rows[r][parent] !== (last.parent || "");
        if (parent >= 0 && rows[r][parent]) last.parent = rows[r][parent];
        if (row[column] || (moved && !covered(merges, r, column))) last[column] = row[column];
        else row[column] = last[column] || "";
      });
    });
    return filled.filter((row, r) => !isHeading(rows, r, at));
  }

  const covered = (merges, row, column) =>
    merges.some((one) => row > one.row && row < one.row + one.rows && column >= one.column && column < one.column + one.columns);

  function isHeading(rows, r, at) {
    const full = rows[r].map((cell, c) => (cell ? c : -1)).filter((c) => c >= 0);
    const depth = full.length === 1 ? at.indexOf(full[0]) : -1, next = rows[r + 1];
    if (depth < 0 || !next || rows[r].length < 2) return false;
    return at.slice(0, depth + 1).every((column) => column < 0 || !next[column]) && next.some((cell) => cell);
  }

  root.ClipboardBlock = { parseClipboard, headerOf, fillLevels };
  if (typeof module !== "undefined") module.exports = root.ClipboardBlock;
})(typeof window === "undefined" ? {} : window);
