// @ts-check
/* How long a text may become, counted as the server counts: a character is one, whatever it takes to store. No page. */

const NEAR = 0.8; // of the limit: from here on it is said how much room is left

/** @param {string} text */
export function countCharacters(text) {
  let count = 0;
  for (const character of text) count += character ? 1 : 0;
  return count;
}

/**
 * What to say of a text's length:
 *   ""        nothing
 *   "near"    how much room is left
 *   "over"    too long to be saved
 *   "shrunk"  still too long, but shorter than what is saved: it can be saved
 *   "stored"  longer than an edit may make it, but saved as it is
 * @param {string} text @param {number} limit @param {string} [stored] what the server has
 * @returns {{kind: "" | "near" | "over" | "shrunk" | "stored", words: string}}
 */
export function describeLength(text, limit, stored = "") {
  // A text has at most as many characters as units: most are short, and not counted at all.
  if (text.length < limit * NEAR) return { kind: "", words: "" };
  const count = countCharacters(text), over = count - limit;
  if (over <= 0) return count < limit * NEAR ? { kind: "", words: "" } : { kind: "near", words: `还可输入 ${-over} 字` };
  if (text === stored) {
    const words = `已保存的内容比上限 ${limit} 字多 ${over} 字，可以保留和送审；修改时请改短`;
    return { kind: "stored", words };
  }
  if (count < countCharacters(stored)) return { kind: "shrunk", words: `还比上限多 ${over} 字，请继续精简` };
  return { kind: "over", words: `已超出 ${over} 字，请精简后再保存` };
}

/** Whether the server would not save a text. @param {string} text @param {number} limit @param {string} [stored] */
export function isTooLong(text, limit, stored) {
  return limit > 0 && describeLength(text, limit, stored).kind === "over";
}
