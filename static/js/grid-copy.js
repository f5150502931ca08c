// @ts-check
/* Copying rows out of the grid: whoever drags over rows, from number to number, gets their cells as a spreadsheet wants
   them, not the words of the buttons. */
import { writeHtml, writeText } from "./clipboard-block.js";
import { closestTo, fieldsIn } from "./dom.js";
import { rowsIn } from "./grid-rows.js";

/** @param {Node | null} node @returns {HTMLElement | null} */
function bodyAround(node) {
  const element = node instanceof Element ? node : node && node.parentElement;
  return element && element.closest("table.grid tbody");
}

function selectedRows() {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed) return [];
  const body = bodyAround(selection.anchorNode);
  if (!body || body !== bodyAround(selection.focusNode)) return [];
  return rowsIn(body).filter((row) => selection.containsNode(row, true));
}

export function listenToCopy() {
  document.addEventListener("copy", (event) => {
    const rows = closestTo(event, "textarea, input, select") ? [] : selectedRows();
    if (!rows.length || !event.clipboardData) return;
    event.preventDefault();
    const cells = rows.map((row) => fieldsIn(row).map((field) => field.value));
    event.clipboardData.setData("text/plain", writeText(cells));
    event.clipboardData.setData("text/html", writeHtml(cells));
  });
}
