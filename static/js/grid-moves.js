// @ts-check
/* Where an arrow key leads in a grid whose cells are always being edited. Needs no page. */

/** Rows down and columns right that each arrow goes. @type {Record<string, [number, number]>} */
export const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * The cell so many rows below and columns to the right of another; none past an edge or where a row is shorter.
 * @template T
 * @param {T[][]} rows @param {T} cell @param {[number, number]} way
 * @returns {T | undefined}
 */
export function neighbourOf(rows, cell, [down, right]) {
  const at = rows.findIndex((row) => row.includes(cell));
  const other = at < 0 ? undefined : rows[at + down];
  return other && other[rows[at].indexOf(cell) + right];
}

/**
 * Whether the caret stands where an arrow leads out of the text: at its edge, or all of it is selected.
 * @param {string} key
 * @param {{start: number, end: number, length: number}} selection
 * @param {() => {first: boolean, last: boolean}} drawnLine on which drawn line the caret stands; long lines wrap
 */
export function leadsOut(key, selection, drawnLine) {
  const { start, end, length } = selection;
  if (start === 0 && end === length) return true;
  if (start !== end) return false;
  if (key === "ArrowLeft") return start === 0;
  if (key === "ArrowRight") return end === length;
  return key === "ArrowUp" ? drawnLine().first : drawnLine().last;
}
