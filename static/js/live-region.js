// @ts-check
/* Says something to those who have the page read aloud, after a pause: not at every key. */
import { make } from "./dom.js";

const PAUSE_MS = 1000;

/** @type {HTMLElement | null} */
let line = null;
let timer = 0;

/** The line stands in the page for a while before it says anything: only changes are read. */
function makeLine() {
  const made = make("p", "visually-hidden");
  made.setAttribute("role", "status");
  made.setAttribute("aria-live", "polite");
  /** @type {HTMLElement} */ (document.getElementById("main")).append(made);
  return made;
}

/** @param {string} words */
export function saySoon(words) {
  const told = line || makeLine();
  line = told;
  clearTimeout(timer);
  timer = setTimeout(() => (told.textContent = words), PAUSE_MS);
}
