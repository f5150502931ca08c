// @ts-check
/* Saves a step cell by cell while it is filled.

   Texts are read only when they are committed, never inside an input method's composition. */
import { plainText } from "./conflict-merging.js";
import { fieldOf, pathOf } from "./dom.js";

/** @import { Conflicts } from "./conflicts.js" */
/** @import { Findings } from "./findings.js" */
/** @import { LoginDialog } from "./login-dialog.js" */
/** @import { SaveState } from "./save-state.js" */
/** @import { Saver } from "./saver.js" */
/** @import { ServerAnswers } from "./server-answers.js" */
/** @import { StepFields } from "./step-fields.js" */
/** @import { Field } from "./types.js" */

/**
 * @typedef {object} AutosaveParts
 * @property {StepFields} fields
 * @property {Saver} saver
 * @property {Conflicts} conflicts
 * @property {ServerAnswers} answers
 * @property {Findings} findings
 * @property {LoginDialog} login
 * @property {SaveState} state
 */

export class Autosave {
  /** @param {HTMLFormElement} form @param {AutosaveParts} parts */
  constructor(form, parts) {
    this.parts = parts;
    form.addEventListener("compositionstart", (event) => this.startComposing(fieldOf(event)));
    form.addEventListener("compositionend", (event) => this.endComposing(fieldOf(event)));
    form.addEventListener("input", (event) => {
      const field = fieldOf(event), isComposing = event instanceof InputEvent && event.isComposing;
      if (field && !isComposing && field !== parts.fields.composing) this.take(field);
    });
    form.addEventListener("change", (event) => {
      const field = fieldOf(event);
      if (field && field !== parts.fields.composing) this.leave(field);
    });
    form.addEventListener("focusout", (event) => this.focusOut(fieldOf(event)));
  }

  /** Queue what stands in a field if it is new. @param {Field} field */
  take(field) {
    const { fields, saver, conflicts, answers } = this.parts;
    const path = pathOf(field), text = plainText(field.value), deferred = fields.deferred.get(path);
    if (text === fields.latest.get(path)) return;
    fields.latest.set(path, text);
    fields.refused.delete(path);
    if (conflicts.has(path)) {
      conflicts.updateMine(path, text);
      saver.noteConflicts();
    } else if (deferred !== undefined) {answers.ask(path, text, deferred, saver.version);}
    else {saver.saveSoon([{ do: "set", path, value: text }]);}
  }

  /** @param {Field | null} field */
  startComposing(field) {
    this.parts.fields.composing = field;
    this.parts.state.show();
  }

  /** @param {Field | null} field */
  endComposing(field) {
    this.parts.fields.composing = null;
    if (field) this.take(field);
    this.parts.state.show();
    this.parts.login.openIfPostponed();
  }

  /** @param {Field | null} field */
  focusOut(field) {
    const { fields, login } = this.parts;
    // Some input methods never send compositionend when the field loses focus; what stands in it then is the text.
    if (field === fields.composing) fields.composing = null;
    if (field) setTimeout(() => this.leave(field), 0);
    login.openIfPostponed();
  }

  /** @param {Field} field */
  leave(field) {
    const { fields, saver, findings } = this.parts;
    this.take(field);
    if (saver.countUnsent()) saver.send();
    if (fields.isBusy(field)) return;
    fields.showDeferredText(field);
    findings.showDeferred(field);
  }

  /** Take in what stands in the field that has the focus, composed to the end or not. */
  takeFocused() {
    this.parts.fields.composing = null;
    const field = /** @type {Field | null} */ (document.activeElement);
    if (field && field.dataset && field.dataset.cell) this.take(field);
  }
}
