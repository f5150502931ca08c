/* Texts of several people for one cell: nothing that somebody has not seen is written over. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  batchOfConflict, conflictOfDeletedRow, editToKeepMine, judgeServerText, plainText, rowOfPath, savedTexts,
  sortRefusals, textOfEdit, withoutChangedCells,
} from "../../static/js/conflict-merging.js";

const set = (path, value) => ({ do: "set", path, value });
const free = { known: "旧", isShown: true, isRefused: false, isAsked: false, isWaiting: false };
const conflict = { path: "goal", label: "目标", mine: "我的", theirs: "对方的", by: "王五", base: 4 };

describe("a text that others have saved", () => {
  for (const [fate, what, cell] of [
    ["show", "is put into a field that nobody has changed", {}],
    ["ask", "becomes a question where a text of ours waits", { isWaiting: true }],
    ["ignore", "is left alone where the page knows it", { known: "新" }],
    ["ask", "becomes a question where a text of ours could not be saved", { isRefused: true }],
    ["ignore", "is not asked where a text of ours could not be saved either", { isRefused: true, known: "新" }],
    ["learn", "is remembered for a text of another step that could not be saved", { isRefused: true, isShown: false }],
    ["ignore", "is not asked twice", { isAsked: true, isWaiting: true }],
    ["learn", "is only remembered for a cell that the page does not show", { isShown: false, known: undefined }],
  ]) {
    it(what, () => assert.equal(judgeServerText("新", { ...free, ...cell }), fate));
  }

  it("may be empty: somebody cleared the cell", () => {
    assert.equal(judgeServerText("", free), "show");
  });

  it("has line breaks as the server keeps them", () => {
    assert.equal(plainText("一\r\n二\r三\n四"), "一\n二\n三\n四");
  });
});

describe("an answer", () => {
  const batch = {
    version: 1, operation: "x",
    edits: [
      set("a", "1"), set("b", "2"), set("c", "3"),
      { do: "add", table: "t", id: "r1", after: "", cells: { name: "4" } },
    ],
  };

  it("tells which texts the server has now: not those in conflict, not those refused", () => {
    const refused = [{ path: "c", code: "text_too_long", message: "太长" }];
    const answer = { version: 2, at: "", conflicts: [{ path: "b" }], refused };
    assert.deepEqual([...savedTexts(batch, answer)], [["a", "1"], ["t[r1].name", "4"]]);
  });

  it("that refuses a cell of a new row tells the others", () => {
    const row = { do: "add", table: "t", id: "r7", after: null, cells: { name: "甲", value: "太长" } };
    const answer = { version: 2, at: "", conflicts: [], refused: [{ path: "t[r7].value", message: "太长" }] };
    const sent = { version: 1, operation: "x", edits: [row] };
    assert.deepEqual([...savedTexts(sent, answer)], [["t[r7].name", "甲"]]);
    assert.equal(textOfEdit(sent, "t[r7].value"), "太长");
  });

  it("that refuses a new row tells nothing of its cells", () => {
    const refused = [{ path: "t[r1]", code: "too_many_rows", message: "太多行" }];
    const answer = { version: 2, at: "", conflicts: [], refused };
    assert.deepEqual([...savedTexts(batch, answer).keys()], ["a", "b", "c"]);
  });
});

describe("refusals", () => {
  const batch = {
    version: 1, operation: "x",
    edits: [
      set("goal", "x"), set("t[r1].name", "甲"), set("t[r1].value", "乙"), { do: "delete", table: "t", id: "r2" },
      { do: "move", table: "t", id: "r3", after: "" },
    ],
  };

  it("gather all texts for a row that somebody deleted", () => {
    const gone = (path) => ({ path, code: "row_deleted", message: "任何话" });
    const { deletedRows, cells, others } = sortRefusals([gone("t[r1].name"), gone("t[r1].value")], batch);
    assert.deepEqual([...deletedRows], [["t[r1]", { name: "甲", value: "乙" }]]);
    assert.deepEqual([cells, others], [[], []]);
  });

  it("tell a deleted row also when it was only to be moved", () => {
    const { deletedRows, others } = sortRefusals([{ path: "t[r3]", code: "row_deleted", message: "任何话" }], batch);
    assert.deepEqual([[...deletedRows], others], [[["t[r3]", {}]], []]);
  });

  it("say nothing of a row that both deleted", () => {
    const { deletedRows, others } = sortRefusals([{ path: "t[r2]", code: "row_deleted", message: "任何话" }], batch);
    assert.deepEqual([deletedRows.size, others], [0, []]);
  });

  it("of one cell of a new row stand beside that cell", () => {
    const add = { do: "add", table: "t", id: "r9", after: null, cells: { name: "甲", value: "太长" } };
    const refusals = [{ path: "t[r9].value", message: "太长" }];
    const { cells, others } = sortRefusals(refusals, { version: 1, operation: "x", edits: [add] });
    assert.deepEqual([cells, others], [refusals, []]);
    const whole = [{ path: "t[r9]", message: "最多 2000 行" }];
    const sorted = sortRefusals(whole, { version: 1, operation: "x", edits: [add] });
    assert.deepEqual([sorted.cells, sorted.others], [[], whole], "a row that was not added at all");
  });

  it("stand beside the cell, or above the page where there is no cell", () => {
    const refusals = [
      { path: "goal", code: "text_too_long", message: "太长" }, { path: "t[r3]", code: "fixed_row", message: "不能移动" },
      { path: "t[r1].name", code: "text_too_long", message: "“已被删除”这几个字太长" },
    ];
    const { cells, others } = sortRefusals(refusals, batch);
    assert.deepEqual([cells, others], [[refusals[0], refusals[2]], [refusals[1]]]);
  });
});

describe("a question", () => {
  it("keeps both texts, and outlives a reload as an edit from the version it arose at", () => {
    assert.deepEqual(batchOfConflict(conflict), { version: 4, operation: "", edits: [set("goal", "我的")] });
    assert.equal(conflict.theirs, "对方的");
  });

  it("about a row shows its texts and that it was deleted", () => {
    const row = rowOfPath("t[r1]"), shown = { cells: { name: "甲", value: "", unit: "％" }, after: "", number: 3 };
    const asked = conflictOfDeletedRow(row, { name: "x" }, shown, 4);
    assert.deepEqual([asked.label, asked.mine, asked.theirs], ["第 3 行", "甲；％", "（已删除此行）"]);
    assert.deepEqual(batchOfConflict(asked).edits, [
      set("t[r1].name", "甲"), set("t[r1].value", ""), set("t[r1].unit", "％"),
    ]);
  });

  it("about a row that the page no longer shows has what was written into it", () => {
    const asked = conflictOfDeletedRow(rowOfPath("t[r1]"), { name: "甲" }, null, 4);
    assert.deepEqual([asked.label, asked.mine, asked.cells], ["一行", "甲", { name: "甲" }]);
  });

  it("decided for us sends our text, our row, or our deletion", () => {
    assert.deepEqual(editToKeepMine(conflict, null), set("goal", "我的"));
    const asked = { ...conflict, path: "t[r1]", row: rowOfPath("t[r1]"), cells: { name: "甲" } };
    const back = { do: "add", table: "t", id: "r1" };
    assert.deepEqual(editToKeepMine(asked, null), { ...back, after: null, cells: { name: "甲" } });
    const shown = { cells: { name: "乙" }, after: "r0", number: 2 };
    assert.deepEqual(editToKeepMine(asked, shown), { ...back, after: "r0", cells: { name: "乙" } });
    const deletion = { do: "delete", table: "t", id: "r1" };
    assert.equal(editToKeepMine({ ...conflict, edit: deletion }, null), deletion);
  });
});

describe("what a closed page has left", () => {
  it("is not sent for cells that this page has another text for", () => {
    const kept = [{ version: 1, operation: "x", edits: [set("goal", "旧"), set("name", "名")] }];
    const left = withoutChangedCells(kept, (path) => path === "goal");
    assert.deepEqual(left[0].edits, [set("name", "名")]);
    assert.equal(kept[0].edits.length, 2, "the kept request itself is not changed");
  });
});

describe("an address", () => {
  it("of a cell in a row tells the row; that of a single cell has none", () => {
    assert.deepEqual(rowOfPath("rows[r-1].name"), { path: "rows[r-1]", table: "rows", id: "r-1" });
    assert.equal(rowOfPath("goal"), null);
    assert.equal(rowOfPath("rows[]"), null);
  });
});
