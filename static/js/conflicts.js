// @ts-check
/* Cells that somebody else changed meanwhile: both texts near the top of the page, one press each.

   The box takes no focus from somebody who is typing; a conflict once shown is never drawn anew, so nothing blinks. */
import { batchOfConflict, conflictOfDeletedRow, editToKeepMine, rowOfPath } from "./conflict-merging.js";
import { make, makeButton } from "./dom.js";

/** @import { GridRows } from "./grid-rows.js" */
/** @import { Saver } from "./saver.js" */
/** @import { StepFields } from "./step-fields.js" */
/** @import { Cells, Conflict } from "./types.js" */

/** @typedef {{conflict: Conflict, part: HTMLElement, mine: HTMLElement, theirs: HTMLElement}} Question */

/**
 * @typedef {object} ConflictParts
 * @property {StepFields} fields
 * @property {Saver} saver
 * @property {GridRows} rows
 */

export class Conflicts {
  /** @param {HTMLFormElement} form @param {ConflictParts} parts */
  constructor(form, parts) {
    this.form = form;
    this.parts = parts;
    /** @type {Map<string, Question>} by path */
    this.questions = new Map();
    this.heading = make("h2");
    this.heading.tabIndex = -1;
    /** @type {HTMLElement | null} */
    this.box = null;
  }

  count() {
    return this.questions.size;
  }

  /** Whether a cell, or the row that it lies in, is a question. @param {string} path */
  has(path) {
    return this.questions.has(path) || this.questions.has(path.split(".")[0]);
  }

  /** @param {Conflict} conflict */
  add(conflict) {
    const before = this.questions.get(conflict.path);
    if (before) {
      before.conflict.theirs = before.theirs.textContent = conflict.theirs;
      return;
    }
    this.questions.set(conflict.path, this.draw(conflict));
    this.countInHeading();
    const active = /** @type {HTMLElement | null} */ (document.activeElement);
    if (!active || !active.dataset.cell) this.focus();
  }

  /**
   * Somebody took the row out while this page wrote into it.
   * @param {string} path of the row @param {Cells} cells @param {number | null} base
   */
  addDeletedRow(path, cells, base) {
    const row = rowOfPath(path);
    if (row) this.add(conflictOfDeletedRow(row, cells, this.parts.rows.read(row.table, row.id), base));
  }

  /** The person goes on writing in a cell that is a question. @param {string} path @param {string} text */
  updateMine(path, text) {
    const question = this.questions.get(path);
    if (question) question.conflict.mine = question.mine.textContent = text;
  }

  focus() {
    this.heading.scrollIntoView({ block: "center" });
    this.heading.focus();
  }

  /** The questions as requests, for the browser's storage. */
  batches() {
    return Array.from(this.questions.values(), (question) => batchOfConflict(question.conflict));
  }

  // Drawing

  countInHeading() {
    this.heading.textContent = `${this.questions.size} 处在您填写时被别人或另一个窗口改过`;
  }

  openBox() {
    if (this.box) return this.box;
    this.box = make("section", "card conflict");
    this.box.id = "save-conflicts";
    this.box.setAttribute("role", "alert");
    this.box.append(this.heading, make("p", "", "两个内容都在这里，请每处选一个。其余内容已经保存。"));
    this.form.before(this.box);
    return this.box;
  }

  /** @param {Conflict} conflict @returns {Question} */
  draw(conflict) {
    const box = this.openBox(), part = make("fieldset");
    const theirOwner = `${conflict.by} ${conflict.row ? "" : "保存的"}`.trim();
    const mine = make("p", "text", conflict.mine || "（空）"), theirs = make("p", "text", conflict.theirs || "（空）");
    part.dataset.conflict = conflict.path;
    part.append(
      make("legend", "", conflict.label),
      this.drawSide(conflict, "我填写的", mine, "用我填写的", "primary", () => this.choose(conflict, true)),
      this.drawSide(conflict, theirOwner, theirs, "用对方保存的", "", () => this.choose(conflict, false)),
    );
    box.append(part);
    return { conflict, part, mine, theirs };
  }

  /**
   * @param {Conflict} conflict @param {string} owner @param {HTMLElement} text
   * @param {string} words @param {string} className @param {() => void} choose
   */
  drawSide(conflict, owner, text, words, className, choose) {
    const side = make("div", "version"), button = makeButton(words, className, choose);
    button.setAttribute("aria-label", `${conflict.label}：${words}`);
    side.append(make("strong", "", owner), text, button);
    return side;
  }

  // Choosing

  /** @param {Conflict} conflict @param {boolean} keepsMine */
  choose(conflict, keepsMine) {
    const { saver } = this.parts, next = this.close(conflict.path);
    if (keepsMine) saver.save([editToKeepMine(conflict, this.rowBack(conflict))]);
    else this.takeTheirs(conflict);
    saver.noteConflicts();
    if (next) {
      /** @type {HTMLElement} */ (next.querySelector("button")).focus();
      return;
    }
    if (this.box) this.box.remove();
    this.box = null;
    const field = this.parts.fields.find(conflict.path) || this.form.querySelector("[data-cell]");
    if (field) /** @type {HTMLElement} */ (field).focus();
  }

  /** Take a question away; gives the part that the focus goes to, if another is left. @param {string} path */
  close(path) {
    const question = /** @type {Question} */ (this.questions.get(path));
    const parts = Array.from(this.questions.values(), (one) => one.part), at = parts.indexOf(question.part);
    this.questions.delete(path);
    question.part.remove();
    this.countInHeading();
    return parts[at + 1] || parts[at - 1] || null;
  }

  /** Shows a row again that others deleted; gives it as it stands. @param {Conflict} conflict */
  rowBack({ row, cells }) {
    if (!row) return null;
    const { rows } = this.parts, { table, id } = row;
    if (!rows.read(table, id)) rows.apply([{ do: "add", table, id, after: null, cells }]);
    return rows.read(table, id);
  }

  /** @param {Conflict} conflict */
  takeTheirs({ row, edit, path, theirs }) {
    const { rows, fields } = this.parts;
    if (row) {rows.apply([{ do: "delete", table: row.table, id: row.id }]);}
    else if (edit && edit.do === "delete") {
      const { table, id, was } = edit;
      rows.apply([{ do: "add", table, id, after: was ? was.after : null, cells: this.knownCells(path) }]);
    } else {fields.showServerText(path, theirs);}
  }

  /** What the server has in a row. @param {string} row */
  knownCells(row) {
    /** @type {Cells} */
    const cells = {};
    this.parts.fields.known.forEach((text, path) => {
      if (path.startsWith(`${row}.`)) cells[path.slice(row.length + 1)] = text;
    });
    return cells;
  }
}
