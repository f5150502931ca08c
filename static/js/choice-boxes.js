// @ts-check
/* A cell that takes several choices: a box to tick for each above its text, which stays what is filed.

   Words that are no choice are kept. */
import { announce, make } from "./dom.js";
import { joinChosen, splitWords } from "./choice-words.js";

/** @import { StepFields } from "./step-fields.js" */
/** @import { Field } from "./types.js" */

/** @param {StepFields} fields */
export function drawChoiceBoxes(fields) {
  /** @type {NodeListOf<HTMLInputElement>} */
  const texts = fields.form.querySelectorAll("[data-choices]");
  texts.forEach((field) => drawBoxes(field, fields.labelOf(field)));
  fields.form.addEventListener("input", (event) => {
    if (event.target instanceof HTMLInputElement) showTicks(event.target);
  });
  fields.onWrite(showTicks);
}

/** @param {HTMLElement} field @returns {HTMLInputElement[]} */
function boxesOf(field) {
  const around = field.parentElement;
  return around ? Array.from(around.querySelectorAll("input[data-choice]")) : [];
}

/** @param {Field} field */
function showTicks(field) {
  if (!field.dataset.choices) return;
  const words = splitWords(field.value);
  boxesOf(field).forEach((box) => (box.checked = words.includes(box.dataset.choice || "")));
}

/** @param {HTMLInputElement} field */
function takeTicks(field) {
  const boxes = boxesOf(field).map((box) => ({ choice: box.dataset.choice || "", isChosen: box.checked }));
  field.value = joinChosen(boxes, field.value);
  announce(field, "input");
  announce(field, "change");
}

/** @param {HTMLInputElement} field @param {string} label */
function drawBoxes(field, label) {
  const group = make("div", "choice-boxes");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", label);
  splitWords(field.dataset.choices || "").forEach((choice) => {
    const line = make("label"), box = make("input");
    box.type = "checkbox";
    box.dataset.choice = choice;
    box.addEventListener("change", (event) => {
      event.stopPropagation();
      takeTicks(field);
    });
    line.append(box, ` ${choice}`);
    group.append(line);
  });
  field.before(group);
  showTicks(field);
}
