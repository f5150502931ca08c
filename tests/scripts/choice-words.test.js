/* The text of a cell that takes several choices. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { joinChosen, splitWords } from "../../static/js/choice-words.js";

const boxes = (...chosen) => ["新增", "延续", "其他"].map((choice) => ({ choice, isChosen: chosen.includes(choice) }));

describe("ticks and text", () => {
  it("stand in the order of the boxes", () => {
    assert.equal(joinChosen(boxes("其他", "新增"), "其他"), "新增、其他");
  });

  it("keep words that are no choice, behind the choices", () => {
    assert.equal(joinChosen(boxes("延续"), "手写的、新增"), "延续、手写的");
    assert.equal(joinChosen(boxes(), "新增"), "");
  });

  it("are read whatever blanks stand around, full-width too", () => {
    assert.deepEqual(splitWords(" 新增 、　延续、、"), ["新增", "延续"]);
  });
});
