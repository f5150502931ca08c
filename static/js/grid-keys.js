// @ts-check
/* The keyboard in the grid, after the ARIA grid pattern with cells that are always being edited:

   arrows        to the next cell, once the caret stands at the edge of the text (or all of it is selected)
   in a list     arrows move on as well: passing through changes nothing; Alt+↓ or Space opens it, letters choose
   Enter         down, a new row at the end; Shift+Enter or Alt+Enter breaks the line
   Esc           the text the cell had;  F2  caret to the end;  Ctrl+D  text of the cell above
   Ctrl+Z, Ctrl+Y, Ctrl+Shift+Z          undo, redo (while a cell has fresh typing: the browser's own)
   Ctrl+Delete, Alt+Shift+↑, Alt+Shift+↓  delete the row, move it */
import { lineOfCaret } from "./caret.js";
import { isDialogOpen } from "./dialog.js";
import { fieldOf, fieldsIn, pathOf, typeText } from "./dom.js";
import { ARROWS, leadsOut, neighbourOf } from "./grid-moves.js";
import { bodyOf, columnOf, enterField, rowAround, rowsIn, tableNameOf } from "./grid-rows.js";

/** @import { GridChanges } from "./grid-changes.js" */
/** @import { Field } from "./types.js" */

/** @param {Field} field @returns {field is HTMLTextAreaElement} */
const isText = (field) => field.tagName === "TEXTAREA";

/** @param {KeyboardEvent} event */
const hasModifier = (event) => event.altKey || event.shiftKey || event.ctrlKey || event.metaKey;

/** Ctrl, or Cmd on a Mac, and not Alt. @param {KeyboardEvent} event */
const isCommand = (event) => (event.ctrlKey || event.metaKey) && !event.altKey;

/** @param {Field} field @param {[number, number]} way */
function neighbour(field, way) {
  const own = rowAround(field), rows = rowsIn(bodyOf(own)), at = rows.indexOf(own);
  return neighbourOf(rows.slice(Math.max(0, at - 1), at + 2).map((row) => fieldsIn(row)), field, way);
}

/** @param {Field} field @param {string} key */
function mayLeave(field, key) {
  if (!isText(field)) return true;
  const selection = { start: field.selectionStart, end: field.selectionEnd, length: field.value.length };
  return leadsOut(key, selection, () => lineOfCaret(field));
}

/** Each method is a key; it gives whether the key is used up. */
class GridKeys {
  /** @param {GridChanges} changes */
  constructor(changes) {
    this.changes = changes;
  }

  /** @param {Field} field @param {KeyboardEvent} event */
  press(field, event) {
    if (ARROWS[event.key]) return this.arrow(field, event);
    if (event.key === "Enter") return this.enter(field, event);
    if (event.key === "Escape") return this.escape(field);
    if (event.key === "F2") return this.goToEnd(field);
    if (!isCommand(event)) return false;
    if (event.key.toLowerCase() === "d") return this.copyAbove(field);
    return event.key === "Delete" ? this.deleteRow(field) : false;
  }

  /** @param {Field} field @param {KeyboardEvent} event */
  arrow(field, event) {
    const way = ARROWS[event.key];
    if (event.altKey && event.shiftKey && way[0]) {
      this.changes.commitText(field);
      this.changes.move(rowAround(field), way[0]);
      return true;
    }
    if (hasModifier(event) || !mayLeave(field, event.key)) return false;
    const next = neighbour(field, way);
    if (next) enterField(next);
    return Boolean(next) || !isText(field);
  }

  /** @param {Field} field @param {KeyboardEvent} event */
  enter(field, event) {
    if (event.ctrlKey || event.metaKey) return false;
    if (event.shiftKey) return !isText(field);
    if (event.altKey) {
      if (isText(field)) typeText(field, "\n");
      return true;
    }
    const below = neighbour(field, [1, 0]);
    if (below) {enterField(below);}
    else {
      const row = rowAround(field);
      this.changes.commitText(field);
      this.changes.addBelow(tableNameOf(row), row, undefined, columnOf(field));
    }
    return true;
  }

  /** @param {Field} field */
  escape(field) {
    const { fields, saver, autosave } = this.changes.parts, text = this.changes.startTexts.get(field);
    if (text === undefined || text === field.value) return false;
    fields.write(field, text);
    autosave.take(field);
    saver.send();
    return true;
  }

  /** @param {Field} field */
  goToEnd(field) {
    if (isText(field)) field.setSelectionRange(field.value.length, field.value.length);
    return true;
  }

  /** @param {Field} field */
  copyAbove(field) {
    const above = neighbour(field, [-1, 0]);
    if (!above) return true;
    this.changes.commitText(field);
    this.changes.change([{ do: "set", path: pathOf(field), value: above.value }]);
    return true;
  }

  /** @param {Field} field */
  deleteRow(field) {
    this.changes.commitText(field);
    this.changes.remove(rowAround(field), columnOf(field));
    return true;
  }

  /** Whether Ctrl+Z in a field is the browser's own affair. @param {Field | null} field */
  isBrowsersUndo(field) {
    return field !== null && (!field.closest(".grid") || field.value !== this.changes.startTexts.get(field));
  }
}

/** @param {GridChanges} changes */
export function listenToGridKeys(changes) {
  const keys = new GridKeys(changes), { fields } = changes.parts;
  // Keys that belong to an input method must neither move nor submit nor undo.
  const isComposing = (/** @type {KeyboardEvent} */ event) =>
    event.isComposing || event.keyCode === 229 || fields.composing !== null;

  fields.form.addEventListener("keydown", (event) => {
    const field = fieldOf(event, ".grid");
    if (field && !isComposing(event) && keys.press(field, event)) event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    if (!isCommand(event) || !["z", "y"].includes(key) || isComposing(event) || isDialogOpen()) return;
    const target = /** @type {Element} */ (event.target);
    if (keys.isBrowsersUndo(target.closest("input, textarea, select"))) return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) changes.redo();
    else changes.undo();
  });
}
