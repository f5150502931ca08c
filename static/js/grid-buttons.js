// @ts-check
/* The buttons beside and below the rows of a grid. Without script they post the step. */
import { closestTo, fieldsIn } from "./dom.js";
import { tableNameOf } from "./grid-rows.js";

/** @import { GridChanges } from "./grid-changes.js" */

/** @param {GridChanges} changes */
export function connectRowButtons(changes) {
  const { rows, fields } = changes.parts;
  fields.form.addEventListener("click", (event) => {
    const button = closestTo(event, "[data-do]");
    if (!button) {
      focusCell(event);
      return;
    }
    event.preventDefault();
    const row = button.closest("tr");
    if (row) {pressRowButton(changes, row, button.dataset.do || "");}
    else {
      const table = button.dataset.table || "", body = rows.bodyOf(table);
      const last = /** @type {HTMLTableRowElement | null} */ (body && body.lastElementChild);
      changes.addBelow(table, last);
    }
  });
}

/** @param {GridChanges} changes @param {HTMLTableRowElement} row @param {string} action */
function pressRowButton(changes, row, action) {
  if (action === "add") changes.addBelow(tableNameOf(row), row);
  if (action === "copy") changes.copy(row);
  if (action === "delete") changes.remove(row);
  if (action === "up") changes.move(row, -1);
  if (action === "down") changes.move(row, 1);
}

/** The cell is taller than its field. @param {Event} event */
function focusCell(event) {
  const cell = closestTo(event, ".grid td"), field = cell && fieldsIn(cell)[0];
  if (field && event.target === cell) field.focus();
}
