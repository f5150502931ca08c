// @ts-check
/* What becomes of texts when several people, or windows, write at the same time. Needs no page.

   Nothing that a person has not seen is written over, neither his text nor theirs. */
import { addressOf } from "./edit-queue.js";

/** @import { Answer, Batch, Cells, Conflict, Edit, Refusal, RowAddress, RowText } from "./types.js" */

/** Line breaks as the server keeps them. @param {string} text */
export function plainText(text) {
  return text.replace(/\r\n?/g, "\n");
}

/**
 * The row that a path lies in, or is.
 * @param {string} path
 * @returns {RowAddress | null}
 */
export function rowOfPath(path) {
  const found = path.match(/^(\w+)\[([\w-]+)\]/);
  return found ? { path: found[0], table: found[1], id: found[2] } : null;
}

/**
 * The texts that the server has now because of a request: by path.
 * @param {Batch} batch @param {Answer} answer
 * @returns {Map<string, string>}
 */
export function savedTexts(batch, answer) {
  const unsaved = new Set([...answer.conflicts, ...answer.refused].map((one) => one.path));
  const saved = new Map();
  batch.edits.filter((edit) => !unsaved.has(addressOf(edit))).forEach((edit) => {
    if (edit.do === "set") saved.set(edit.path, edit.value);
    if (edit.do !== "add") return;
    const cells = edit.cells || {}, paths = Object.keys(cells).map((name) => `${addressOf(edit)}.${name}`);
    paths.filter((path) => !unsaved.has(path)).forEach((path) => saved.set(path, textOfEdit(batch, path)));
  });
  return saved;
}

/** The text that a request puts into a cell, by itself or with a new row. @param {Batch} batch @param {string} path */
export function textOfEdit(batch, path) {
  const edit = batch.edits.find((each) => addressOf(each) === path), row = rowOfPath(path);
  if (edit && edit.do === "set") return edit.value;
  const added = row && batch.edits.find((each) => each.do === "add" && addressOf(each) === row.path);
  const cells = (added && added.do === "add" && added.cells) || {};
  return (row && cells[path.slice(row.path.length + 1)]) || "";
}

/**
 * What to do with a text that others have saved since:
 *   "ignore"  the page knows it, or the cell is a question already
 *   "learn"   the page does not show the cell
 *   "ask"     a text of ours waits to be sent, or could not be saved: both are shown
 *   "show"    it is put into the field
 * @param {string} text
 * @param {{known?: string, isShown: boolean, isRefused: boolean, isAsked: boolean, isWaiting: boolean}} cell
 * @returns {"ignore" | "learn" | "ask" | "show"}
 */
export function judgeServerText(text, cell) {
  if (cell.known === text) return "ignore";
  if (!cell.isShown) return "learn";
  if (cell.isAsked) return "ignore";
  return cell.isWaiting || cell.isRefused ? "ask" : "show";
}

/**
 * The edit that was refused; for a cell of a new row the edit that adds the row.
 * @param {Refusal} refusal @param {RowAddress | null} row the row of its path @param {Batch} batch
 */
function editOfRefusal(refusal, row, batch) {
  const own = batch.edits.find((each) => addressOf(each) === refusal.path);
  if (own || !row || row.path === refusal.path) return own;
  return batch.edits.find((each) => each.do === "add" && addressOf(each) === row.path);
}

/** Whether one cell was refused: alone, or of a new row. @param {Refusal} refusal @param {Edit | undefined} edit */
function isOfCell(refusal, edit) {
  return Boolean(edit && (edit.do === "set" || addressOf(edit) !== refusal.path));
}

/**
 * What the server did not take, by what it means: texts for rows that are deleted, texts that cannot be stored, others.
 * @param {Refusal[]} refusals @param {Batch} batch
 */
export function sortRefusals(refusals, batch) {
  /** @type {Map<string, Cells>} */
  const deletedRows = new Map();
  /** @type {Refusal[]} */
  const cells = [];
  /** @type {Refusal[]} */
  const others = [];
  refusals.forEach((refusal) => {
    const row = rowOfPath(refusal.path), edit = editOfRefusal(refusal, row, batch);
    if (row && refusal.code === "row_deleted") {
      if (edit?.do === "delete") return;
      const kept = deletedRows.get(row.path) || {};
      if (edit && edit.do === "set") kept[edit.path.slice(row.path.length + 1)] = edit.value;
      deletedRows.set(row.path, kept);
      return;
    }
    (isOfCell(refusal, edit) ? cells : others).push(refusal);
  });
  return { deletedRows, cells, others };
}

/**
 * A conflict outlives a reload as edits from the version it arose at: sent again, it arises again.
 * @param {Conflict} conflict
 * @returns {Batch}
 */
export function batchOfConflict(conflict) {
  const { row, edit, cells = {} } = conflict;
  /** @type {Edit[]} */
  let edits = [{ do: "set", path: conflict.path, value: conflict.mine }];
  if (row) {
    edits = Object.keys(cells).map((name) => ({ do: "set", path: `${conflict.path}.${name}`, value: cells[name] }));
  } else if (edit && edit.do === "delete") {edits = [edit];}
  return { version: conflict.base, operation: "", edits };
}

/**
 * The edit that puts our side of a conflict through. For a row that others deleted: `row`, as the page shows it again.
 * @param {Conflict} conflict @param {RowText | null} row
 * @returns {Edit}
 */
export function editToKeepMine(conflict, row) {
  if (conflict.edit && conflict.edit.do === "delete") return conflict.edit;
  if (!conflict.row) return { do: "set", path: conflict.path, value: conflict.mine };
  const { table, id } = conflict.row;
  return row
    ? { do: "add", table, id, after: row.after, cells: row.cells }
    : { do: "add", table, id, after: null, cells: conflict.cells || {} };
}

/**
 * The conflict over a row that somebody took out while this page wrote into it.
 * @param {RowAddress} row
 * @param {Cells} cells what this page wrote @param {RowText | null} shown @param {number | null} base
 * @returns {Conflict}
 */
export function conflictOfDeletedRow(row, cells, shown, base) {
  const all = shown ? shown.cells : cells;
  const texts = Object.keys(all).map((name) => all[name]).filter((text) => text);
  return {
    path: row.path, base, row, cells: all, label: shown ? `第 ${shown.number} 行` : "一行",
    mine: texts.join("；"), theirs: "（已删除此行）", by: "别人或另一个窗口",
  };
}

/**
 * What is left to send of the requests that a closed page had kept: not the cells that this page has another text for.
 * @param {Batch[]} batches @param {(path: string) => boolean} isChanged
 * @returns {Batch[]}
 */
export function withoutChangedCells(batches, isChanged) {
  return batches.map((batch) => Object.assign({}, batch, {
    edits: batch.edits.filter((edit) => !(edit.do === "set" && isChanged(edit.path))),
  }));
}
