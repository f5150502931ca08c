// @ts-check
/* Pasting a block into the grid: shown first, nothing changes before it is confirmed, then one step to undo. */
import { parseClipboard } from "./clipboard-block.js";
import { fieldsIn, pathOf, showNotice, typeText } from "./dom.js";
import { bodyOf, columnOf, enterField, idOf, rowAround, rowsIn, tableNameOf } from "./grid-rows.js";
import { newRowId } from "./ids.js";
import { editsOfPlan, fitChoice, planPaste } from "./paste-plan.js";
import { openPastePreview } from "./paste-preview.js";

/** @import { Block } from "./clipboard-block.js" */
/** @import { GridChanges } from "./grid-changes.js" */
/** @import { Column, Grid } from "./paste-plan.js" */
/** @import { Field } from "./types.js" */

const MOST_ROWS = 2000;

/** What a list offers; null for a text. @param {Field | undefined} field */
function choicesOf(field) {
  return field instanceof HTMLSelectElement ? Array.from(field.options, (one) => one.value) : null;
}

/** @param {Element} table @returns {Column[]} */
function readColumns(table) {
  /** @type {NodeListOf<HTMLElement>} */
  const heads = table.querySelectorAll("th[data-column]");
  return Array.from(heads, (head) => ({
    name: head.dataset.column || "",
    kind: head.dataset.kind || "",
    limit: Number(head.dataset.limit || 0),
    label: ((head.firstChild && head.firstChild.textContent) || "").trim(),
  }));
}

/**
 * The grid around a field as it stands.
 * @param {GridChanges} changes @param {Field} field
 * @returns {Grid}
 */
function readGrid(changes, field) {
  const own = rowAround(field), rows = rowsIn(bodyOf(own));
  return {
    table: tableNameOf(own),
    columns: readColumns(/** @type {Element} */ (own.closest("table"))),
    rows: rows.map((row) => ({
      id: idOf(row),
      number: row.cells[0].textContent || "",
      cells: fieldsIn(row).reduce((cells, one) => Object.assign(cells, { [columnOf(one)]: one.value }), {}),
    })),
    choices: (row, column) =>
      choicesOf(fieldsIn(row === null ? own : rows[row]).find((one) => columnOf(one) === column)),
    inherited: changes.inheritedTexts(rows[rows.length - 1]),
    tree: changes.tree,
  };
}

/** @param {GridChanges} changes @param {Field} field @param {string} text */
function putText(changes, field, text) {
  field.focus();
  if (!(field instanceof HTMLSelectElement)) {
    typeText(field, text);
    return;
  }
  const choices = choicesOf(field), value = fitChoice(text, choices);
  if (choices && choices.includes(value)) changes.change([{ do: "set", path: pathOf(field), value }]);
}

/** @param {GridChanges} changes @param {Field} field @param {Block} block */
function pasteBlock(changes, field, block) {
  changes.commitText(field);
  const grid = readGrid(changes, field), own = rowAround(field);
  const start = { row: rowsIn(bodyOf(own)).indexOf(own), column: fieldsIn(own).indexOf(field) };
  const plan = planPaste(block, grid, start);
  if (!plan.lines.length) return;
  const isOneColumn = block.rows[0].length === 1 && field.tagName === "TEXTAREA";
  const whole = isOneColumn ? block.rows.map((row) => row[0]).join("\n") : "";
  openPastePreview(plan, {
    paste() {
      const edits = editsOfPlan(plan, grid, newRowId);
      if (edits.length) changes.change(edits);
      if (field.isConnected) enterField(field);
    },
    pasteWhole: whole ? () => putText(changes, field, whole) : null,
  });
}

/** @param {GridChanges} changes */
export function listenToPaste(changes) {
  const { fields } = changes.parts;
  // While a list has the focus, browsers send the event to whatever was marked last, anywhere in the page.
  document.addEventListener("paste", (event) => {
    const active = document.activeElement, clipboard = event.clipboardData;
    const field = /** @type {Field | null} */ (active && active.closest(".grid [data-cell]"));
    if (!field || !clipboard || fields.composing) return;
    const block = parseClipboard(clipboard.getData("text/plain"), clipboard.getData("text/html"));
    if (!block) return;
    event.preventDefault();
    // One cell of a spreadsheet: its text, without the quotes and the line end around it.
    if (block.rows.length === 1 && block.rows[0].length === 1) putText(changes, field, block.rows[0][0]);
    else if (block.rows.length > MOST_ROWS) showNotice(fields.form, `一次最多粘贴 ${MOST_ROWS} 行。`, "error");
    else pasteBlock(changes, field, block);
  });
}
