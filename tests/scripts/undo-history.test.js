/* Undoing: the inverse of each edit, and the order of steps. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { UndoHistory, inverseOf } from "../../static/js/undo-history.js";

const step = (number) => ({ undo: [`undo ${number}`], redo: [`redo ${number}`] });
const page = {
  text: (path) => `text of ${path}`,
  row: (table, id) => ({ cells: { name: `${table}/${id}` }, after: "r0", number: 2 }),
};

describe("the inverse of an edit", () => {
  for (const [edit, inverse] of [
    [{ do: "set", path: "goal", value: "新" }, { do: "set", path: "goal", value: "text of goal" }],
    [{ do: "add", table: "t", id: "r1", after: "", cells: {} }, { do: "delete", table: "t", id: "r1" }],
    [{ do: "delete", table: "t", id: "r1" }, { do: "add", table: "t", id: "r1", after: "r0", cells: { name: "t/r1" } }],
    [{ do: "move", table: "t", id: "r1", after: "r5" }, { do: "move", table: "t", id: "r1", after: "r0" }],
  ]) {
    it(`${edit.do} is taken back by ${inverse.do}`, () => assert.deepEqual(inverseOf(edit, page), inverse));
  }
});

describe("the history", () => {
  it("undoes the latest step first and does them again in order", () => {
    const history = new UndoHistory();
    [1, 2].forEach((number) => history.remember(step(number)));
    assert.deepEqual([history.undo(), history.undo(), history.undo()], [["undo 2"], ["undo 1"], []]);
    assert.deepEqual([history.redo(), history.redo(), history.redo()], [["redo 1"], ["redo 2"], []]);
  });

  it("forgets what was undone once something new is done", () => {
    const history = new UndoHistory();
    history.remember(step(1));
    history.undo();
    history.remember(step(2));
    assert.deepEqual(history.redo(), []);
    assert.deepEqual(history.undo(), ["undo 2"]);
  });

  it("keeps the last 200 steps", () => {
    const history = new UndoHistory();
    for (let number = 1; number <= 201; number++) history.remember(step(number));
    const undone = [];
    for (let edits = history.undo(); edits.length; edits = history.undo()) undone.push(edits[0]);
    assert.equal(undone.length, 200);
    assert.equal(undone[199], "undo 2");
  });
});
