// @ts-check
/* Counts in the fields outside the sheets' cells: remarks, answers, reasons, opinions. What is too long is kept. */
import { closestTo, make } from "./dom.js";
import { saySoon } from "./live-region.js";
import { describeLength } from "./text-limits.js";

/** @typedef {HTMLInputElement | HTMLTextAreaElement} TextField */

/** @param {TextField} field @param {string} kind @param {string} words */
function drawCounter(field, kind, words) {
  const next = field.nextElementSibling, isCounter = next !== null && next.classList.contains("text-counter");
  if (!isCounter && !words) return;
  const counter = isCounter && next ? next : make("span");
  if (!isCounter) field.after(counter);
  counter.className = `text-counter ${kind}`.trim();
  counter.textContent = words;
}

document.addEventListener("input", (event) => {
  const field = /** @type {TextField | null} */ (closestTo(event, "[data-limit]:not([data-cell])"));
  if (!field) return;
  const text = field.value.replace(/\r\n?/g, "\n").trim(); // as the server counts
  const { kind, words } = describeLength(text, Number(field.dataset.limit));
  const said = words.replace("再保存", "再提交");
  drawCounter(field, kind, said);
  saySoon(said);
  if (kind === "over") field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
});
