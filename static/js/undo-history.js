// @ts-check
/* Steps that can be undone and done again. Every change is a list of edits, and so is its inverse. Needs no page. */

/** @import { Edit, RowText } from "./types.js" */

/** @typedef {{undo: Edit[], redo: Edit[]}} Step */

const MOST_STEPS = 200;

export class UndoHistory {
  constructor() {
    /** @type {Step[]} */
    this.done = [];
    /** @type {Step[]} */
    this.undone = [];
  }

  /** @param {Step} step */
  remember(step) {
    this.done.push(step);
    this.undone.length = 0;
    if (this.done.length > MOST_STEPS) this.done.shift();
  }

  /** The edits that undo the last step; none if there is no step. */
  undo() {
    const step = this.done.pop();
    if (!step) return [];
    this.undone.push(step);
    return step.undo;
  }

  /** The edits that do the last undone step again. */
  redo() {
    const step = this.undone.pop();
    if (!step) return [];
    this.done.push(step);
    return step.redo;
  }
}

/**
 * The edit that takes another one back, told before that one is carried out.
 * @param {Edit} edit
 * @param {{text: (path: string) => string, row: (table: string, id: string) => RowText | null}} page
 * @returns {Edit}
 */
export function inverseOf(edit, page) {
  if (edit.do === "set") return { do: "set", path: edit.path, value: page.text(edit.path) };
  const { table, id } = edit;
  if (edit.do === "add") return { do: "delete", table, id };
  const row = page.row(table, id), after = row ? row.after : "";
  if (edit.do === "move") return { do: "move", table, id, after };
  return { do: "add", table, id, after, cells: row ? row.cells : {} };
}
