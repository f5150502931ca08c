/* Where the arrow keys lead in a grid, and when they leave a text. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { ARROWS, leadsOut, neighbourOf } from "../../static/js/grid-moves.js";

// The second row lacks its last cell.
const rows = [["a1", "a2", "a3"], ["b1", "b2"], ["c1", "c2", "c3"]];

describe("a move", () => {
  for (const [from, key, to] of [
    ["a2", "ArrowDown", "b2"], ["b2", "ArrowUp", "a2"], ["a2", "ArrowLeft", "a1"], ["a2", "ArrowRight", "a3"],
    ["a1", "ArrowUp", undefined], ["c1", "ArrowDown", undefined],
    ["a1", "ArrowLeft", undefined], ["a3", "ArrowRight", undefined],
    ["a3", "ArrowDown", undefined], ["c3", "ArrowUp", undefined], ["b2", "ArrowRight", undefined],
  ]) {
    it(`${key} from ${from} leads to ${to || "nowhere"}`, () => {
      assert.equal(neighbourOf(rows, from, ARROWS[key]), to);
    });
  }

  it("from a cell that is not in the grid leads nowhere", () => {
    assert.equal(neighbourOf(rows, "z9", ARROWS.ArrowDown), undefined);
    assert.equal(neighbourOf([], "a1", ARROWS.ArrowDown), undefined);
  });
});

describe("an arrow in a text", () => {
  const text = "数量≥１２个";
  const caret = (at) => ({ start: at, end: at, length: text.length });
  const line = (first, last) => () => ({ first, last });

  it("leaves at the edge that it points to, full-width signs counted as one", () => {
    assert.equal(leadsOut("ArrowLeft", caret(0), line(true, true)), true);
    assert.equal(leadsOut("ArrowLeft", caret(1), line(true, true)), false);
    assert.equal(leadsOut("ArrowRight", caret(text.length), line(true, true)), true);
    assert.equal(leadsOut("ArrowRight", caret(text.length - 1), line(true, true)), false);
  });

  it("leaves upward from the first drawn line and downward from the last", () => {
    for (const [first, last] of [[true, false], [false, true], [false, false]]) {
      assert.equal(leadsOut("ArrowUp", caret(3), line(first, last)), first);
      assert.equal(leadsOut("ArrowDown", caret(3), line(first, last)), last);
    }
  });

  it("leaves when all is selected, and stays when a part is", () => {
    for (const key of Object.keys(ARROWS)) {
      assert.equal(leadsOut(key, { start: 0, end: 6, length: 6 }, line(false, false)), true, key);
      assert.equal(leadsOut(key, { start: 0, end: 5, length: 6 }, line(true, true)), false, key);
    }
  });

  it("leaves an empty text", () => {
    assert.equal(leadsOut("ArrowDown", { start: 0, end: 0, length: 0 }, line(false, false)), true);
  });
});
