// @ts-check
/* What pasting a block into a grid would do: which column goes where, which texts are replaced, which rows are new.
   Needs no page. */

import { isTooLong } from "./text-limits.js";

/** @import { Block, Merge } from "./clipboard-block.js" */
/** @import { CategoryBranch, Cells, Edit } from "./types.js" */

/**
 * @typedef {{name: string, kind: string, label: string, limit?: number}} Column  `limit` is in characters.
 * @typedef {{id: string, number: string, cells: Cells}} Row
 * @typedef {{
 *   table: string, columns: Column[], rows: Row[],
 *   choices: (row: number | null, column: string) => string[] | null,
 *   inherited: Cells,
 *   tree: CategoryBranch[],
 * }} Grid  The grid as it stands. `choices` are what a list offers (row null: in a new row; null: it is no list);
 *   `inherited` are the texts that a new row takes over from the last one.
 * @typedef {{column: string, old: string, text: string}} PlannedCell
 * @typedef {{row: Row | null, cells: PlannedCell[]}} PlannedLine  `row` is null for a row to be added.
 * @typedef {{lines: PlannedLine[], columns: Column[], hasHeader: boolean, lostColumns: number}} Plan
 */

const SERIAL_NUMBER = "序号";
/** @type {Record<string, string>} */
const SAME_SIGN = {
  "≥": ">=", "≧": ">=", "≤": "<=", "≦": "<=", "＞": ">", "＜": "<", "＝": "=", ">=": "≥", "<=": "≤",
};

/** @param {string} text */
const bareLabel = (text) => text.replace(/[\s*＊]|必填/g, "");

/**
 * A first line that only repeats column names tells where each column goes; `null` is a column that we do not have.
 * @param {string[][]} rows @param {string[]} labels
 * @returns {(number | null)[] | null}
 */
export function readHeader(rows, labels) {
  const names = labels.map(bareLabel), first = rows[0].map(bareLabel), named = first.filter((cell) => cell);
  const own = named.filter((cell) => names.includes(cell));
  const foreign = named.filter((cell) => cell !== SERIAL_NUMBER).length;
  if (!own.length || own.length < foreign || new Set(own).size < own.length) return null;
  return first.map((cell) => (names.includes(cell) ? names.indexOf(cell) : null));
}

/**
 * Merged or left-out level names are repeated down; lines that only head others are folded into them.
 * @param {string[][]} rows @param {number[]} levelColumns of the block, first level first; -1 where it has none
 * @param {Merge[]} merges
 */
export function fillLevels(rows, levelColumns, merges) {
  /** @type {Record<number, string>} */
  const last = {};
  let parentName = "";
  const filled = rows.map((row) => row.slice());
  filled.forEach((row, index) => {
    levelColumns.forEach((column, depth) => {
      if (column < 0) return;
      const parent = depth && levelColumns[0] >= 0 ? rows[index][levelColumns[0]] : "";
      const hasMoved = Boolean(parent) && parent !== parentName;
      if (parent) parentName = parent;
      if (row[column] || (hasMoved && !isCovered(merges, index, column))) last[column] = row[column];
      else row[column] = last[column] || "";
    });
  });
  return filled.filter((row, index) => !isHeading(rows, index, levelColumns));
}

/** @param {Merge[]} merges @param {number} row @param {number} column */
function isCovered(merges, row, column) {
  return merges.some((one) =>
    row > one.row && row < one.row + one.rows && column >= one.column && column < one.column + one.columns);
}

/** @param {string[][]} rows @param {number} index @param {number[]} levelColumns */
function isHeading(rows, index, levelColumns) {
  const full = rows[index].map((cell, column) => (cell ? column : -1)).filter((column) => column >= 0);
  const depth = full.length === 1 ? levelColumns.indexOf(full[0]) : -1, next = rows[index + 1];
  if (depth < 0 || !next || rows[index].length < 2) return false;
  const isOpen = levelColumns.slice(0, depth + 1).every((column) => column < 0 || !next[column]);
  return isOpen && next.some((cell) => cell);
}

/**
 * A text as a list has it: signs that mean the same are exchanged.
 * @param {string} text @param {string[] | null} choices
 */
export function fitChoice(text, choices) {
  if (!choices || !text || choices.includes(text)) return text;
  return choices.includes(SAME_SIGN[text]) ? SAME_SIGN[text] : text;
}

/** A second-level name tells the first-level name, unless several have it. @param {Cells} cells @param {Grid} grid */
function addParent(cells, grid) {
  const [first, second] = ["level1", "level2"].map((kind) => grid.columns.find((one) => one.kind === kind));
  if (!first || !second || !cells[second.name] || cells[first.name] !== "") return;
  const branches = grid.tree.filter(([, children]) => children.includes(cells[second.name]));
  if (branches.length === 1) cells[first.name] = branches[0][0];
}

/**
 * What pasting would do, line by line.
 * @param {Block} block @param {Grid} grid @param {{row: number, column: number}} start the cell pasted into
 * @returns {Plan}
 */
export function planPaste(block, grid, start) {
  const { columns } = grid;
  const header = readHeader(block.rows, columns.map((one) => one.label)), skipped = header ? 1 : 0;
  const targets = header || block.rows[0].map((cell, index) =>
    (start.column + index < columns.length ? start.column + index : null));
  const levelColumns = ["level1", "level2"].map((kind) =>
    targets.findIndex((at) => at !== null && columns[at].kind === kind));
  const merges = block.merges.map((one) => Object.assign({}, one, { row: one.row - skipped }));
  const lines = fillLevels(block.rows.slice(skipped), levelColumns, merges);
  return {
    lines: lines.map((line, index) => planLine(line, targets, grid, start.row + index)),
    columns: targets.reduce((used, at) => (at === null ? used : [...used, columns[at]]), /** @type {Column[]} */ ([])),
    hasHeader: Boolean(header),
    lostColumns: block.rows[0].filter((cell, at) => targets[at] === null && cell !== SERIAL_NUMBER).length,
  };
}

/**
 * @param {string[]} line @param {(number | null)[]} targets @param {Grid} grid @param {number} at the row
 * @returns {PlannedLine}
 */
function planLine(line, targets, grid, at) {
  const row = grid.rows[at] || null;
  /** @type {Cells} */
  const cells = {};
  targets.forEach((target, from) => {
    if (target === null) return;
    const { name } = grid.columns[target];
    cells[name] = fitChoice(line[from], grid.choices(row ? at : null, name));
  });
  addParent(cells, grid);
  const names = Object.keys(cells);
  return { row, cells: names.map((column) => ({ column, old: row ? row.cells[column] : "", text: cells[column] })) };
}

/** What a line would not save: texts too long for their column. @param {PlannedCell} cell @param {Column[]} columns */
export function isRefused(cell, columns) {
  const column = columns.find((one) => one.name === cell.column);
  return Boolean(column && column.limit && isTooLong(cell.text, column.limit, cell.old));
}

/** Whether a text that stands in the grid would go. @param {PlannedCell} cell */
export function isReplaced(cell) {
  return cell.old !== "" && cell.old !== cell.text;
}

/**
 * The edits that carry a plan out.
 * @param {Plan} plan @param {Grid} grid @param {() => string} newRowId
 * @returns {Edit[]}
 */
export function editsOfPlan(plan, grid, newRowId) {
  /** @type {Edit[]} */
  const edits = [];
  const { table } = grid, inherits = !plan.columns.some((one) => one.kind === "level2");
  let after = grid.rows[grid.rows.length - 1].id;
  plan.lines.forEach((line) => {
    const { row } = line;
    if (row) {
      line.cells.filter((cell) => cell.old !== cell.text).forEach((cell) => {
        edits.push({ do: "set", path: `${table}[${row.id}].${cell.column}`, value: cell.text });
      });
      return;
    }
    const id = newRowId();
    /** @type {Cells} */
    const cells = inherits ? Object.assign({}, grid.inherited) : {};
    line.cells.forEach((cell) => (cells[cell.column] = cell.text));
    edits.push({ do: "add", table, id, after, cells });
    after = id;
  });
  return edits;
}
