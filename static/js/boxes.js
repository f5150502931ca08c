/* A cell that takes several choices: a box to tick for each beside its text, which stays what is filed.

   Words that are no choice are kept. */
(function () {
  "use strict";
  const P = window.Perfbudget, form = P.form;
  if (!form) return;
  const BETWEEN = "、";
  const wordsOf = (field) => field.value.split(BETWEEN).map((word) => word.trim()).filter(Boolean);
  const boxesOf = (field) => Array.from(field.parentElement.querySelectorAll("input[data-choice]"));

  function show(field) {
    const words = wordsOf(field);
    boxesOf(field).forEach((box) => (box.checked = words.includes(box.dataset.choice)));
  }

  function ticked(field) {
    const boxes = boxesOf(field), own = boxes.map((box) => box.dataset.choice);
    const chosen = boxes.filter((box) => box.checked).map((box) => box.dataset.choice);
    field.value = [...chosen, ...wordsOf(field).filter((word) => !own.includes(word))].join(BETWEEN);
    ["input", "change"].forEach((name) => field.dispatchEvent(new Event(name, { bubbles: true })));
  }

  function add(field) {
    const group = document.createElement("div");
    group.className = "several";
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", P.labelOf(field));
    field.dataset.choices.split(BETWEEN).forEach((choice) => {
      const label = document.createElement("label"), box = document.createElement("input");
      box.type = "checkbox";
      box.dataset.choice = choice;
      box.addEventListener("change", (event) => {
        event.stopPropagation();
        ticked(field);
      });
      label.append(box, ` ${choice}`);
      group.append(label);
    });
    field.before(group);
    show(field);
  }

  form.querySelectorAll("[data-choices]").forEach(add);
  form.addEventListener("input", (event) => event.target.dataset.choices && show(event.target));
  const write = P.write;
  P.write = (field, text, still) => {
    write(field, text, still);
    if (field.dataset.choices) show(field);
  };
})();
