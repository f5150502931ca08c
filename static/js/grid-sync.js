// @ts-check
/* Rows that others added, took out or moved: the page follows, except where the person is at work. */
import { fieldsIn } from "./dom.js";
import { bodyOf, idOf, rowsIn } from "./grid-rows.js";

/** @import { Conflicts } from "./conflicts.js" */
/** @import { GridRows } from "./grid-rows.js" */
/** @import { Saver } from "./saver.js" */
/** @import { StepFields } from "./step-fields.js" */
/** @import { Cells } from "./types.js" */

/**
 * @typedef {object} SyncParts
 * @property {StepFields} fields
 * @property {Saver} saver
 * @property {Conflicts} conflicts
 * @property {GridRows} rows
 */

export class GridSync {
  /** @param {SyncParts} parts */
  constructor(parts) {
    this.parts = parts;
  }

  /**
   * Make the rows those of the server, in its order.
   * @param {string} table @param {string[]} ids @param {Map<string, string>} texts of new rows, by path
   * @param {number | null} base the version that our edits were made on
   */
  arrange(table, ids, texts, base) {
    const { rows } = this.parts, body = rows.bodyOf(table), wanted = new Set(ids);
    if (!body) return;
    rowsIn(body).filter((row) => !wanted.has(idOf(row)) && !this.isOurs(table, idOf(row))).forEach((row) => {
      this.takeOut(table, row, base);
    });
    ids.forEach((id, index) => this.follow(table, id, ids[index - 1] || "", texts, wanted));
    rows.tidy(table);
  }

  /** Whether only this page has a row yet, or still. @param {string} table @param {string} id */
  isOurs(table, id) {
    const { saver, conflicts } = this.parts;
    return saver.queue.some((edit) => edit.do === "add" && edit.id === id) || conflicts.has(`${table}[${id}]`);
  }

  /** @param {string} table @param {HTMLTableRowElement} row @param {number | null} base */
  takeOut(table, row, base) {
    const path = `${table}[${idOf(row)}]`;
    const isOurs = row.contains(document.activeElement) || this.parts.fields.hasRefused(path);
    if (this.parts.saver.queue.withdraw(path) || isOurs) {
      this.parts.conflicts.addDeletedRow(path, {}, base);
    } else {row.remove();}
  }

  /**
   * @param {string} table @param {string} id @param {string} after
   * @param {Map<string, string>} texts @param {Set<string>} wanted
   */
  follow(table, id, after, texts, wanted) {
    const row = this.parts.rows.find(table, id);
    const isUnderWay = this.parts.saver.queue.some((edit) => edit.do !== "set" && edit.do !== "add" && edit.id === id);
    if (row) {
      if (!isUnderWay && !row.contains(document.activeElement)) this.moveBehind(row, after, wanted);
    } else if (!isUnderWay) {this.addTheirs(table, id, after, texts);}
  }

  /** @param {HTMLTableRowElement} row @param {string} after @param {Set<string>} wanted */
  moveBehind(row, after, wanted) {
    // Rows that only this page has yet, or still, stay where they are between the others.
    let before = /** @type {HTMLTableRowElement | null} */ (row.previousElementSibling);
    while (before && !wanted.has(idOf(before))) {
      before = /** @type {HTMLTableRowElement | null} */ (before.previousElementSibling);
    }
    if ((before ? idOf(before) : "") !== after) this.parts.rows.place(bodyOf(row), row, after);
  }

  /** @param {string} table @param {string} id @param {string} after @param {Map<string, string>} texts */
  addTheirs(table, id, after, texts) {
    const start = `${table}[${id}].`, body = this.parts.rows.bodyOf(table);
    /** @type {Cells} */
    const cells = {};
    texts.forEach((text, path) => {
      if (path.startsWith(start)) cells[path.slice(start.length)] = text;
    });
    if (!body || !Object.keys(cells).length) return; // a row of the form that this grid does not show
    const row = this.parts.rows.showAdded(body, { do: "add", table, id, after, cells });
    fieldsIn(row).forEach((field) => this.parts.fields.learn(field));
  }
}
