// @ts-check
/* Says beside a field how much room is left, or that its text is too long. The text itself is never touched.

   Room is said while somebody writes there; what is too long is said until it is shortened. */
import { plainText } from "./conflict-merging.js";
import { fieldOf, fieldsIn, make, pathOf, placeOfWords } from "./dom.js";
import { saySoon } from "./live-region.js";
import { describeLength } from "./text-limits.js";

/** @import { StepFields } from "./step-fields.js" */
/** @import { Field } from "./types.js" */

export class TextCounter {
  /** @param {HTMLFormElement} form @param {StepFields} fields */
  constructor(form, fields) {
    this.fields = fields;
    form.addEventListener("input", (event) => this.tell(fieldOf(event)));
    form.addEventListener("focusout", (event) => this.leave(fieldOf(event)));
    fields.onWrite((field) => this.show(field, false));
    fieldsIn(form).forEach((field) => this.show(field, false));
  }

  /** @param {Field} field */
  describe(field) {
    const limit = Number(field.dataset.limit || 0);
    if (!limit) return describeLength("", 1);
    return describeLength(plainText(field.value), limit, this.fields.known.get(pathOf(field)));
  }

  /** Somebody writes. @param {Field | null} field */
  tell(field) {
    if (!field) return;
    const { words } = this.show(field, true);
    saySoon(words && `${this.fields.labelOf(field)}：${words}`);
  }

  /** @param {Field | null} field */
  leave(field) {
    if (field) this.show(field, false);
  }

  /** @param {Field} field @param {boolean} isWriting */
  show(field, isWriting) {
    const length = this.describe(field);
    drawCounter(field, length.kind !== "near" || isWriting ? length : { kind: "", words: "" });
    return length;
  }
}

/** @param {Field} field @param {{kind: string, words: string}} length */
function drawCounter(field, { kind, words }) {
  const around = field.closest("td") || field.parentElement;
  let counter = around && around.querySelector(".text-counter");
  if (!counter && !words) return;
  if (!counter) {
    counter = make("span");
    placeOfWords(field).append(counter);
  }
  counter.className = `text-counter ${kind}`.trim();
  if (counter.textContent !== words) counter.textContent = words;
  if (kind === "over") markTooLong(field, /** @type {Element} */ (around));
}

/**
 * The counter takes the place of what the server said of a text that was posted.
 * @param {Field} field @param {Element} around
 */
function markTooLong(field, around) {
  const said = Array.from(around.querySelectorAll(".cell-finding.error"));
  said.filter((one) => one.textContent === field.dataset.unsaved).forEach((one) => one.remove());
  field.setAttribute("aria-invalid", "true");
  if (around.tagName === "TD") around.classList.add("wrong", "error");
}
