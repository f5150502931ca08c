/* Every text of a step is seen whole: fields are as high as what stands in them. */
(function () {
  "use strict";
  const P = window.Perfbudget, form = P.form;
  if (!form) return;

  // All heights are read before any is written: one layout of the page, not one for each cell.
  P.grow = (fields) => {
    const texts = fields.filter((field) => field.tagName === "TEXTAREA");
    texts.forEach((field) => (field.style.height = "auto"));
    const heights = texts.map((field) => field.scrollHeight + field.offsetHeight - field.clientHeight);
    texts.forEach((field, index) => (field.style.height = `${heights[index]}px`));
  };
  const all = () => P.grow(Array.from(form.querySelectorAll("textarea")));

  form.addEventListener("input", (event) => P.grow([event.target]));
  window.addEventListener("resize", all);
  document.addEventListener("DOMContentLoaded", all);
})();
