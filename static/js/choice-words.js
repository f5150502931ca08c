// @ts-check
/* The text of a cell that takes several choices. Needs no page. */

const SEPARATOR = "、";

/** @param {string} text */
export function splitWords(text) {
  return text.split(SEPARATOR).map((word) => word.trim()).filter(Boolean);
}

/**
 * The ticked choices in their order, then the words of the text that are no choice.
 * @param {{choice: string, isChosen: boolean}[]} boxes @param {string} text
 */
export function joinChosen(boxes, text) {
  const chosen = boxes.filter((box) => box.isChosen).map((box) => box.choice);
  const others = splitWords(text).filter((word) => !boxes.some((box) => box.choice === word));
  return [...chosen, ...others].join(SEPARATOR);
}
