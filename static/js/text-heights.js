// @ts-check
/* Every text of a step is seen whole: fields are as high as what stands in them. */

/** @param {Element[]} fields */
export function fitHeights(fields) {
  const texts = /** @type {HTMLTextAreaElement[]} */ (fields.filter((field) => field.tagName === "TEXTAREA"));
  // All heights are read before any is written: one layout of the page, not one for each cell.
  texts.forEach((field) => (field.style.height = "auto"));
  const heights = texts.map((field) => field.scrollHeight + field.offsetHeight - field.clientHeight);
  texts.forEach((field, index) => (field.style.height = `${heights[index]}px`));
}

/** @param {HTMLFormElement} form */
export function keepHeights(form) {
  const fitAll = () => fitHeights(Array.from(form.querySelectorAll("textarea")));
  form.addEventListener("input", (event) => {
    if (event.target instanceof Element) fitHeights([event.target]);
  });
  window.addEventListener("resize", fitAll);
  fitAll();
}
