// @ts-check
/* Changing a grid without loading the page: texts, rows that come, go and move, and undoing of all that.

   Every change is a list of edits, the same that the saver sends; its inverse is such a list too. */
import { fieldOf, fieldsIn, pathOf } from "./dom.js";
import { rowOfPath } from "./conflict-merging.js";
import { bodyOf, cellPath, columnOf, enterField, idOf, rowAround, rowsIn, tableNameOf } from "./grid-rows.js";
import { newRowId } from "./ids.js";
import { fitHeights } from "./text-heights.js";
import { UndoHistory, inverseOf } from "./undo-history.js";

/** @import { Autosave } from "./autosave.js" */
/** @import { GridRows } from "./grid-rows.js" */
/** @import { Saver } from "./saver.js" */
/** @import { StepFields } from "./step-fields.js" */
/** @import { CategoryBranch, Cells, Edit, Field, SetEdit } from "./types.js" */
/** @import { Step } from "./undo-history.js" */

/**
 * @typedef {object} ChangeParts
 * @property {StepFields} fields
 * @property {Saver} saver
 * @property {Autosave} autosave
 * @property {GridRows} rows
 */

export class GridChanges {
  /** @param {ChangeParts} parts @param {CategoryBranch[]} tree */
  constructor(parts, tree) {
    this.parts = parts;
    this.tree = tree;
    this.history = new UndoHistory();
    /** @type {WeakMap<Field, string>} field → its text when the person came to it */
    this.startTexts = new WeakMap();
    const { form } = parts.fields;
    form.addEventListener("focusin", (event) => {
      const field = fieldOf(event, ".grid");
      if (field) this.startTexts.set(field, field.value);
    });
    ["change", "focusout"].forEach((kind) => form.addEventListener(kind, (event) => {
      const field = fieldOf(event, ".grid");
      if (field) this.commitText(field);
    }));
  }

  // Doing and undoing

  /** Carry edits out as one step that can be undone. @param {Edit[]} edits */
  change(edits) {
    this.history.remember({ undo: this.perform(edits), redo: edits });
  }

  undo() {
    this.repeat(this.history.undo());
  }

  redo() {
    this.repeat(this.history.redo());
  }

  /** @param {Edit[]} edits */
  repeat(edits) {
    if (!edits.length) return;
    this.perform(edits);
    const field = this.fieldNear(edits[0]);
    if (field) enterField(field);
  }

  /** The field that an edit was about, or one near by if it is gone. @param {Edit} edit */
  fieldNear(edit) {
    const { fields, rows } = this.parts;
    if (edit.do === "set") {
      const found = fields.find(edit.path), row = rowOfPath(edit.path);
      return found || (row && firstField(rows.bodyOf(row.table)));
    }
    return firstField(rows.find(edit.table, edit.id) || rows.bodyOf(edit.table));
  }

  /** Shows and queues the edits in one batch; gives back the edits that undo them. @param {Edit[]} edits */
  perform(edits) {
    const { saver, rows } = this.parts;
    /** @type {Edit[]} */
    const undo = [];
    /** @type {Set<string>} */
    const tables = new Set();
    /** @type {Field[]} */
    const written = [];
    const page = { text: this.textAt.bind(this), row: rows.read.bind(rows) };
    edits.filter((edit) => this.isPossible(edit)).forEach((edit) => {
      undo.unshift(inverseOf(edit, page));
      if (edit.do === "set") {written.push(this.write(edit));}
      else {
        const sent = edit.do === "delete" ? Object.assign({ was: rows.read(edit.table, edit.id) }, edit) : edit;
        rows.show(edit);
        saver.saveSoon([sent]);
        tables.add(edit.table);
      }
    });
    tables.forEach((table) => rows.tidy(table));
    fitHeights(written);
    saver.send();
    return undo;
  }

  /** @param {Edit} edit */
  isPossible(edit) {
    const { fields, rows } = this.parts;
    if (edit.do === "set") return Boolean(fields.find(edit.path));
    return (edit.do === "add") !== Boolean(rows.find(edit.table, edit.id));
  }

  /** @param {string} path */
  textAt(path) {
    const field = this.parts.fields.find(path);
    return field ? field.value : "";
  }

  /** @param {SetEdit} edit of a cell that is shown */
  write(edit) {
    const field = /** @type {Field} */ (this.parts.fields.find(edit.path));
    this.parts.fields.writeOnly(field, edit.value);
    this.startTexts.set(field, field.value);
    this.parts.autosave.take(field);
    return field;
  }

  // Texts

  /** A cell's text becomes a step of its own when the person leaves it or picks from a list. @param {Field} field */
  commitText(field) {
    const from = this.startTexts.get(field), to = field.value, path = pathOf(field);
    if (from === undefined || from === to) return;
    this.startTexts.set(field, to);
    /** @type {Step} */
    const step = { undo: [{ do: "set", path, value: from }], redo: [{ do: "set", path, value: to }] };
    const parent = this.editOfParent(field);
    if (parent) {
      step.redo.push(parent);
      step.undo.push(...this.perform([parent]));
    }
    this.history.remember(step);
  }

  /**
   * A second-level name says which first-level name it belongs to, unless several have it.
   * @param {Field} field
   * @returns {Edit | null}
   */
  editOfParent(field) {
    const row = rowAround(field), first = columnOfKind(row, "level1"), second = columnOfKind(row, "level2");
    const parent = first ? this.parts.fields.find(cellPath(row, first)) : null;
    if (columnOf(field) !== second || !parent || !field.value) return null;
    const names = this.tree.filter(([, children]) => children.includes(field.value)).map(([name]) => name);
    if (names.length !== 1 || names[0] === parent.value) return null;
    return { do: "set", path: pathOf(parent), value: names[0] };
  }

  // Rows

  /** The texts of merged columns, which a new row takes over. @param {HTMLTableRowElement | null} row */
  inheritedTexts(row) {
    /** @type {Cells} */
    const cells = {};
    const table = row && row.closest("table");
    const heads = table ? Array.from(table.querySelectorAll("th[data-merge]")) : [];
    heads.forEach((head) => {
      const name = /** @type {HTMLElement} */ (head).dataset.column || "";
      const text = row ? this.textAt(cellPath(row, name)) : "";
      if (text) cells[name] = text;
    });
    return cells;
  }

  /**
   * @param {string} table @param {HTMLTableRowElement | null} row above the new one
   * @param {Cells} [cells] @param {string} [column] to go to
   */
  addBelow(table, row, cells, column) {
    const id = newRowId();
    this.change([{ do: "add", table, id, after: row ? idOf(row) : "", cells: cells || this.inheritedTexts(row) }]);
    const added = this.parts.rows.find(table, id), fields = added ? fieldsIn(added) : [];
    enterField(fields.find((one) => columnOf(one) === column) || fields.find((one) => !one.value) || fields[0]);
  }

  /** @param {HTMLTableRowElement} row */
  copy(row) {
    const table = tableNameOf(row), text = this.parts.rows.read(table, idOf(row));
    if (text) this.addBelow(table, row, text.cells);
  }

  /** @param {HTMLTableRowElement} row @param {string} [column] to go to */
  remove(row, column) {
    const near = row.nextElementSibling || row.previousElementSibling;
    this.change([{ do: "delete", table: tableNameOf(row), id: idOf(row) }]);
    const fields = near ? fieldsIn(near) : [], field = fields.find((one) => columnOf(one) === column) || fields[0];
    if (field) {
      enterField(field);
      return;
    }
    /** @type {HTMLElement} */ (this.parts.fields.form.querySelector('[data-do="add"]')).focus();
  }

  /** @param {HTMLTableRowElement} row @param {number} step 1: down, -1: up */
  move(row, step) {
    const rows = rowsIn(bodyOf(row)), to = rows.indexOf(row) + step;
    if (to < 0 || to >= rows.length) return;
    const after = step > 0 ? rows[to] : rows[to - 1], focus = /** @type {HTMLElement} */ (document.activeElement);
    this.change([{ do: "move", table: tableNameOf(row), id: idOf(row), after: after ? idOf(after) : "" }]);
    focus.focus(); // moving a row in the page takes the focus from it
  }
}

/** @param {Element | null} part */
function firstField(part) {
  return part ? fieldsIn(part)[0] || null : null;
}

/** The name of the column that holds a kind of text. @param {HTMLTableRowElement} row @param {string} kind */
function columnOfKind(row, kind) {
  const table = row.closest("table");
  const head = table && table.querySelector(`th[data-kind="${kind}"]`);
  return head instanceof HTMLElement ? head.dataset.column || "" : "";
}
