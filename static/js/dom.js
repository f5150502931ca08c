// @ts-check
/* Making and finding elements. */

/** @import { Field } from "./types.js" */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {string} [className] @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/** @param {string} text @param {string} className @param {() => void} press */
export function makeButton(text, className, press) {
  const button = make("button", className, text);
  button.type = "button";
  button.addEventListener("click", press);
  return button;
}

/**
 * The nearest element around an event, its target included, that a selector fits.
 * @param {Event} event @param {string} selector
 * @returns {HTMLElement | null}
 */
export function closestTo(event, selector) {
  return event.target instanceof Element ? event.target.closest(selector) : null;
}

/**
 * The cell's input in which something happened; null elsewhere.
 * @param {Event} event @param {string} [within]
 * @returns {Field | null}
 */
export function fieldOf(event, within = "") {
  return /** @type {Field | null} */ (closestTo(event, `${within} [data-cell]`.trim()));
}

/** @param {ParentNode} root @returns {Field[]} */
export function fieldsIn(root) {
  return Array.from(root.querySelectorAll("[data-cell]"));
}

/** The path of the cell that an input holds. @param {Field} field */
export function pathOf(field) {
  return field.dataset.cell || "";
}

/** Where the words about a field stand: its table cell, or the help under it. @param {Field} field */
export function placeOfWords(field) {
  const id = `${field.id}_helptext`, place = field.closest("td") || document.getElementById(id);
  if (place) return place;
  const help = make("div", "form-text");
  help.id = id;
  /** @type {HTMLElement} */ (field.parentElement).append(help);
  return help;
}

/** Tell everybody that a script has put a text into a field. @param {Element} field @param {string} kind */
export function announce(field, kind) {
  field.dispatchEvent(new Event(kind, { bubbles: true }));
}

/** Type a text where the caret stands. @param {HTMLInputElement | HTMLTextAreaElement} field @param {string} text */
export function typeText(field, text) {
  // execCommand keeps the browser's own undo; setRangeText is for browsers that drop it.
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart || 0, field.selectionEnd || 0, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

/** A line at the head of the page. @param {HTMLElement} form @param {string} text @param {string} kind */
export function showNotice(form, text, kind) {
  const box = make("p", `message ${kind}`, text), around = /** @type {HTMLElement} */ (form.parentElement);
  box.setAttribute("role", "status");
  around.insertBefore(box, around.firstChild);
}
