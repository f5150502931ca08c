// @ts-check
/* The fields of a step: which text each shows, which the server has, and who is in it just now.

   No field is written while somebody is in it: what the server has for it waits until he leaves. */
import { plainText } from "./conflict-merging.js";
import { fieldsIn, pathOf } from "./dom.js";
import { fitHeights } from "./text-heights.js";

/** @import { Batch, Field } from "./types.js" */

/**
 * @typedef {{message: string, text: string, base: number | null}} UnsavedText
 *   Why a text was not saved, the text, and the version that it was typed on.
 */

export class StepFields {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    /** @type {Map<string, string>} path → the text the server has, as this page has last shown it */
    this.known = new Map();
    /** @type {Map<string, string>} path → the text last queued */
    this.latest = new Map();
    /** @type {Map<string, string>} path → the server's text that waits until the person leaves the field */
    this.deferred = new Map();
    /** @type {Map<string, UnsavedText>} path → what was not saved; its cell may be in another step */
    this.refused = new Map();
    /** @type {Field | null} in which an input method is putting a word together */
    this.composing = null;
    /** @type {((field: Field) => void)[]} */
    this.writeListeners = [];
    fieldsIn(form).forEach((field) => {
      this.learn(field);
      // The step was posted whole, and this text refused: the page shows it, but the server does not have it.
      const { unsaved } = field.dataset;
      if (unsaved) this.refuse(pathOf(field), unsaved, plainText(field.value), Number(form.dataset.version));
    });
  }

  /** @param {string} path @param {string} message @param {string} text @param {number | null} base */
  refuse(path, message, text, base) {
    this.refused.set(path, { message, text, base });
    if (this.known.get(path) === text) this.known.delete(path);
  }

  /** Whether a text of a cell, or of any cell of a row, was refused. @param {string} address */
  hasRefused(address) {
    return Array.from(this.refused.keys()).some((path) => path === address || path.startsWith(`${address}.`));
  }

  /** A row has gone from the page: its texts go with it. @param {string} row */
  forgetRow(row) {
    Array.from(this.refused.keys()).filter((path) => path.startsWith(`${row}.`)).forEach((path) => {
      this.refused.delete(path);
    });
  }

  /**
   * What was refused as requests, for the browser's storage: sent again, it is refused or saved again.
   * @returns {Batch[]}
   */
  refusedBatches() {
    return Array.from(this.refused, ([path, { text, base }]) => ({
      version: base, operation: "", edits: [{ do: "set", path, value: text }],
    }));
  }

  /** @param {string} path @returns {Field | null} */
  find(path) {
    return /** @type {Field | null} */ (document.getElementById(`f-${path}`));
  }

  /** @param {string} path @returns {string | null} the text that the page shows for a cell */
  textOf(path) {
    const field = this.find(path);
    return field && plainText(field.value);
  }

  /** @param {Field} field */
  labelOf(field) {
    const spoken = field.getAttribute("aria-label");
    if (spoken) return spoken;
    const label = this.form.querySelector(`label[for="${field.id}"]`);
    return label && label.firstChild ? (label.firstChild.textContent || "").trim() : "";
  }

  /** @param {Field} field */
  isBusy(field) {
    return field === document.activeElement || field === this.composing;
  }

  /** Put a text into a field. @param {Field} field @param {string} text */
  write(field, text) {
    this.writeOnly(field, text);
    fitHeights([field]);
  }

  /** Like `write`, but heights are left to the caller, for many at once. @param {Field} field @param {string} text */
  writeOnly(field, text) {
    if (field instanceof HTMLSelectElement && !Array.from(field.options).some((one) => one.value === text)) {
      field.add(new Option(text, text)); // never lose a text because the list does not offer it
    }
    field.value = text;
    this.writeListeners.forEach((listener) => listener(field));
  }

  /** @param {(field: Field) => void} listener is told of each field that a script has written */
  onWrite(listener) {
    this.writeListeners.push(listener);
  }

  /** What stands in a field needs no saving: it is queued already. @param {Field} field */
  settle(field) {
    this.latest.set(pathOf(field), plainText(field.value));
  }

  /** What stands in a field is what the server has. @param {Field} field */
  learn(field) {
    this.known.set(pathOf(field), plainText(field.value));
    this.settle(field);
  }

  /** Show the server's text, at once or when the person leaves the field. @param {string} path @param {string} text */
  showServerText(path, text) {
    const field = this.find(path);
    this.known.set(path, text);
    if (!field || plainText(field.value) === text) return;
    if (this.isBusy(field)) {
      this.deferred.set(path, text);
      return;
    }
    this.latest.set(path, text);
    this.write(field, text);
  }

  /** The person has left a field: what waited for that is shown now. @param {Field} field */
  showDeferredText(field) {
    const path = pathOf(field), text = this.deferred.get(path);
    if (text === undefined) return;
    this.showServerText(path, text);
    this.deferred.delete(path);
  }
}
