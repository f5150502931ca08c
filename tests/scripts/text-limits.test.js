/* How long a text may become, and what is said of it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { countCharacters, describeLength, isTooLong } from "../../static/js/text-limits.js";

describe("characters", () => {
  it("count as the server counts them: one each, also outside the basic plane", () => {
    assert.equal(countCharacters(""), 0);
    assert.equal(countCharacters("一a\n😀𠮷"), 5);
    assert.equal(countCharacters("字".repeat(30000)), 30000);
  });
});

describe("the room that is left", () => {
  for (const [count, kind, words] of [
    [0, "", ""], [159, "", ""], [160, "near", "还可输入 40 字"], [200, "near", "还可输入 0 字"],
    [201, "over", "已超出 1 字，请精简后再保存"], [5000, "over", "已超出 4800 字，请精简后再保存"],
  ]) {
    it(`of ${count} characters where 200 are allowed`, () => {
      assert.deepEqual(describeLength("字".repeat(count), 200), { kind, words });
      assert.deepEqual(describeLength("𠮷".repeat(count), 200), { kind, words }, "a wide character is one");
      assert.equal(isTooLong("字".repeat(count), 200), kind === "over");
    });
  }

  it("is said of a text that is saved and longer: it may stay, and become shorter step by step", () => {
    const stored = "字".repeat(260);
    assert.equal(describeLength(stored, 200, stored).kind, "stored");
    assert.match(describeLength(stored, 200, stored).words, /比上限 200 字多 60 字，可以保留和送审/);
    assert.deepEqual(describeLength(stored.slice(1), 200, stored), { kind: "shrunk", words: "还比上限多 59 字，请继续精简" });
    assert.equal(describeLength("换".repeat(260), 200, stored).kind, "over", "other words of the same length");
    assert.equal(describeLength(`${stored}字`, 200, stored).kind, "over");
    assert.equal(describeLength("字".repeat(200), 200, stored).kind, "near");
  });

  it("is endless where there is no limit", () => {
    assert.equal(isTooLong("字".repeat(30000), 0), false);
  });
});
