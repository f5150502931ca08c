// @ts-check
/* Where the caret stands in a text. */
import { make } from "./dom.js";

/** @type {("font" | "lineHeight" | "letterSpacing" | "padding")[]} */
const LOOKS = ["font", "lineHeight", "letterSpacing", "padding"];

/**
 * Whether the caret stands on the first or the last drawn line: long lines wrap, so line breaks alone do not tell.
 * @param {HTMLTextAreaElement} field
 */
export function lineOfCaret(field) {
  const style = getComputedStyle(field), mirror = make("div", "caret-mirror");
  const caret = make("span", "", "\u200b"), end = make("span", "", "\u200b");
  LOOKS.forEach((name) => (mirror.style[name] = style[name]));
  mirror.style.width = `${field.clientWidth}px`;
  mirror.append(field.value.slice(0, field.selectionStart), caret, field.value.slice(field.selectionStart), end);
  document.body.append(mirror);
  const first = caret.offsetTop < parseFloat(style.paddingTop) + 4, last = caret.offsetTop >= end.offsetTop;
  mirror.remove();
  return { first, last };
}
