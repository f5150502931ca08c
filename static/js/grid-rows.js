// @ts-check
/* The tables of rows in a step: finding, reading and showing their rows. A step without tables has none to show. */
import { fieldsIn, pathOf } from "./dom.js";
import { fitHeights } from "./text-heights.js";

/** @import { StepFields } from "./step-fields.js" */
/** @import { AddEdit, Cells, Edit, Field, RowEdit, RowText } from "./types.js" */

/** @param {HTMLTableRowElement} row */
export function bodyOf(row) {
  return /** @type {HTMLTableSectionElement} */ (row.parentElement);
}

/** @param {HTMLElement} body @returns {HTMLTableRowElement[]} */
export function rowsIn(body) {
  return Array.from(body.querySelectorAll("tr[data-row]"));
}

/** @param {HTMLTableRowElement} row */
export function idOf(row) {
  return row.dataset.row || "";
}

/** The name of the table that a row lies in. @param {Element} row */
export function tableNameOf(row) {
  return /** @type {HTMLElement} */ (row.closest("table")).dataset.table || "";
}

/** @param {Field} field */
export function rowAround(field) {
  return /** @type {HTMLTableRowElement} */ (field.closest("tr"));
}

/** @param {Field} field */
export function columnOf(field) {
  return pathOf(field).split(".")[1];
}

/** @param {HTMLTableRowElement} row @param {string} column */
export function cellPath(row, column) {
  return `${tableNameOf(row)}[${idOf(row)}].${column}`;
}

/** Go to a field, all of its text selected. @param {Field} field */
export function enterField(field) {
  field.focus();
  if (!(field instanceof HTMLSelectElement)) field.select();
}

export class GridRows {
  /** @param {StepFields} fields */
  constructor(fields) {
    this.fields = fields;
  }

  /** @param {string} table @returns {HTMLTableSectionElement | null} */
  bodyOf(table) {
    return this.fields.form.querySelector(`table.grid[data-table="${table}"] tbody`);
  }

  /** @param {string} table @param {string} id @returns {HTMLTableRowElement | null} */
  find(table, id) {
    return /** @type {HTMLTableRowElement | null} */ (document.getElementById(`row-${table}-${id}`));
  }

  /** @param {string} table @param {string} id @returns {RowText | null} */
  read(table, id) {
    const row = this.find(table, id);
    if (!row) return null;
    /** @type {Cells} */
    const cells = {};
    const before = /** @type {HTMLTableRowElement | null} */ (row.previousElementSibling);
    fieldsIn(row).forEach((field) => (cells[columnOf(field)] = field.value));
    return { cells, after: before ? idOf(before) : "", number: rowsIn(bodyOf(row)).indexOf(row) + 1 };
  }

  /** Show edits of rows; gives those that could be shown. @param {Edit[]} edits */
  apply(edits) {
    const shown = edits.filter((edit) => edit.do !== "set" && this.show(edit));
    const tables = shown.map((edit) => (edit.do === "set" ? "" : edit.table));
    new Set(tables).forEach((table) => this.tidy(table));
    return shown;
  }

  /** Whether the edit could be shown; a row may be gone by the time of an undo. @param {RowEdit} edit */
  show(edit) {
    const row = this.find(edit.table, edit.id), body = this.bodyOf(edit.table);
    if (!body || (edit.do === "add") === Boolean(row)) return false;
    if (edit.do === "add") this.showAdded(body, edit);
    if (edit.do === "delete" && row) {
      row.remove();
      this.fields.forgetRow(`${edit.table}[${edit.id}]`);
    }
    if (edit.do === "move" && row) this.place(body, row, edit.after);
    return true;
  }

  /** @param {HTMLTableSectionElement} body @param {AddEdit} edit */
  showAdded(body, edit) {
    const row = drawBlankRow(edit.table, edit.id), cells = edit.cells || {};
    this.place(body, row, edit.after);
    // A new row begins with what its columns always begin with: it stands in the template, and the server puts it too.
    fieldsIn(row).forEach((field) => {
      const column = columnOf(field);
      this.fields.writeOnly(field, column in cells ? cells[column] : field.value);
      this.fields.settle(field);
    });
    return row;
  }

  /** @param {HTMLTableSectionElement} body @param {HTMLTableRowElement} row @param {string | null} after "": first */
  place(body, row, after) {
    const before = after ? this.find(tableNameOf(body), after) : null;
    if (after === "") body.insertBefore(row, body.firstElementChild);
    else body.insertBefore(row, before ? before.nextElementSibling : null);
  }

  /** Numbers, names and heights of a table after its rows have changed. @param {string} table */
  tidy(table) {
    const body = this.bodyOf(table), rows = body ? rowsIn(body) : [];
    rows.forEach((row, index) => numberRow(row, String(index + 1)));
    const empty = document.getElementById(`empty-${table}`);
    if (empty) empty.hidden = rows.length > 0;
    fitHeights(rows.reduce((all, row) => all.concat(fieldsIn(row)), /** @type {Field[]} */ ([])));
  }
}

/** A row from the table's template, under a new id. @param {string} table @param {string} id */
function drawBlankRow(table, id) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById(`new-${table}`));
  const copy = document.importNode(template.content, true);
  const row = /** @type {HTMLTableRowElement} */ (copy.querySelector("tr"));
  [row, ...Array.from(row.querySelectorAll("*"))].forEach((element) => {
    Array.from(element.attributes).forEach((one) => {
      if (one.value.includes("NEW")) element.setAttribute(one.name, one.value.replace(/\bNEW\b/g, id));
    });
  });
  return row;
}

/** @param {HTMLTableRowElement} row @param {string} number */
function numberRow(row, number) {
  if (row.cells[0].textContent === number) return;
  row.cells[0].textContent = number;
  row.querySelectorAll("[aria-label]").forEach((one) => {
    const label = one.getAttribute("aria-label") || "";
    one.setAttribute("aria-label", label.replace(/第 \d+ 行/, `第 ${number} 行`));
  });
}
