/* What pasting a block would do to a grid. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { parseClipboard } from "../../static/js/clipboard-block.js";
import {
  editsOfPlan, fillLevels, fitChoice, isRefused, isReplaced, planPaste, readHeader,
} from "../../static/js/paste-plan.js";

const columns = [
  { name: "first", kind: "level1", label: "一级指标" },
  { name: "second", kind: "level2", label: "二级指标" },
  { name: "name", kind: "text", label: "三级指标" },
  { name: "sign", kind: "operator", label: "符号" },
  { name: "value", kind: "value", label: "指标值" },
];
const row = (id, number, ...texts) => ({
  id, number, cells: Object.fromEntries(columns.map((column, at) => [column.name, texts[at] || ""])),
});
const grid = (rows, more = {}) => ({
  table: "rows", columns, rows,
  choices: (at, name) => (name === "sign" ? ["", "≥", "≤", "="] : null),
  inherited: { first: "产出指标", second: "数量指标" },
  tree: [["产出指标", ["数量指标", "质量指标"]], ["效益指标", ["社会效益"]]],
  ...more,
});
const two = () => [row("r1", "1", "产出指标", "数量指标", "甲", "≥", "1"), row("r2", "2", "产出指标", "数量指标", "乙", "", "")];
const paste = (text, at, rows = two()) => {
  const block = typeof text === "string" ? parseClipboard(text) : text;
  return planPaste(block, grid(rows), at);
};
const namer = () => {
  let number = 0;
  return () => `n${(number += 1)}`;
};

describe("where a block goes", () => {
  it("begins at the cell pasted into and tells what it replaces", () => {
    const plan = paste("丙\t≤\n丁\t=\n", { row: 0, column: 2 });
    assert.deepEqual(plan.lines[0].cells, [
      { column: "name", old: "甲", text: "丙" }, { column: "sign", old: "≥", text: "≤" },
    ]);
    assert.deepEqual(plan.lines.map((line) => line.row.id), ["r1", "r2"]);
    assert.deepEqual(plan.lines.map((line) => line.cells.filter(isReplaced).length), [2, 1], "an empty cell is filled");
  });

  it("adds rows below the last and loses columns past the right edge, and says so", () => {
    const plan = paste("≥\t9\t多余\n≤\t8\t多余\n=\t7\t多余\n", { row: 1, column: 3 });
    assert.deepEqual(plan.lines.map((line) => line.row && line.row.id), ["r2", null, null]);
    assert.deepEqual(plan.columns.map((column) => column.name), ["sign", "value"]);
    assert.equal(plan.lostColumns, 1);
  });

  it("tells which texts are too long for their column before they are written", () => {
    const short = columns.map((column) => ({ ...column, limit: column.name === "value" ? 3 : 0 }));
    const plan = paste("名称很长很长\t≤\t四个字的\n丁\t=\t三个字\n", { row: 0, column: 2 });
    const told = plan.lines.map((line) => line.cells.filter((cell) => isRefused(cell, short)).map((cell) => cell.text));
    assert.deepEqual(told, [["四个字的"], []]);
    const edits = editsOfPlan(plan, grid(two()), namer());
    assert.ok(edits.some((edit) => edit.value === "四个字的"), "it is pasted whole all the same");
    assert.equal(isRefused({ column: "value", old: "四个字的", text: "四个字的" }, short), false, "it stands there");
  });

  it("follows a first line of column names, in whatever order, and leaves the serial number out", () => {
    const plan = paste("序号\t指标值\t三级指标 *\n1\t5\t丙\n", { row: 0, column: 0 });
    assert.equal(plan.hasHeader, true);
    assert.equal(plan.lostColumns, 0);
    assert.deepEqual(plan.lines.map((line) => line.cells.map((cell) => [cell.column, cell.text])), [
      [["value", "5"], ["name", "丙"]],
    ]);
  });

  it("takes a first line that only looks like names for content", () => {
    assert.equal(readHeader([["三级指标", "别的"]], ["三级指标", "指标值"]), null);
    assert.equal(readHeader([["三级指标", "三级指标"]], ["三级指标", "指标值"]), null);
    assert.deepEqual(readHeader([["指标值 必填", ""]], ["三级指标", "指标值"]), [1, null]);
  });
});

describe("texts of a block", () => {
  it("find the sign that a list has for them, full-width too", () => {
    const offered = ["", "≥", "≤", "="];
    assert.deepEqual([">=", "≥", "＝", "≧", "约"].map((text) => fitChoice(text, offered)), ["≥", "≥", "=", "≧", "约"]);
    assert.deepEqual(["＞", "＜"].map((text) => fitChoice(text, [">", "<"])), [">", "<"]);
    assert.equal(fitChoice(">=", null), ">=", "no list: as it was typed");
  });

  it("repeat merged level names down and fold heading lines", () => {
    const rows = [["产出指标", "", ""], ["", "数量指标", "甲"], ["", "", "乙"], ["效益指标", "社会效益", "丙"]];
    assert.deepEqual(fillLevels(rows, [0, 1], []), [
      ["产出指标", "数量指标", "甲"], ["产出指标", "数量指标", "乙"], ["效益指标", "社会效益", "丙"],
    ]);
  });

  it("do not carry a second-level name into another first level, unless it is merged", () => {
    const rows = [["产出", "数量", "甲"], ["效益", "", "乙"]];
    assert.equal(fillLevels(rows, [0, 1], [])[1][1], "");
    assert.equal(fillLevels(rows, [0, 1], [{ row: 0, column: 1, rows: 2, columns: 1 }])[1][1], "数量");
  });

  it("leave levels alone that the block does not have", () => {
    assert.deepEqual(fillLevels([["甲", "1"], ["乙", ""]], [-1, -1], []), [["甲", "1"], ["乙", ""]]);
  });

  it("find the first-level name that a second-level name belongs to", () => {
    const block = { rows: [["", "社会效益", "丙"]], merges: [] };
    assert.deepEqual(planPaste(block, grid(two()), { row: 0, column: 0 }).lines[0].cells[0].text, "效益指标");
  });

  it("leave the first level to the person where several have the second-level name", () => {
    const block = { rows: [["", "……", "丙"]], merges: [] };
    const both = grid(two(), { tree: [["产出指标", ["……"]], ["效益指标", ["……"]]] });
    assert.deepEqual(planPaste(block, both, { row: 0, column: 0 }).lines[0].cells[0].text, "");
  });
});

describe("the edits of a plan", () => {
  it("set what differs, and add rows one below the other with what they take over", () => {
    const rows = two(), plan = paste("乙\n丙\n丁\n", { row: 1, column: 2 }, rows);
    const inherited = { first: "产出指标", second: "数量指标" };
    assert.deepEqual(editsOfPlan(plan, grid(rows), namer()), [
      { do: "add", table: "rows", id: "n1", after: "r2", cells: { ...inherited, name: "丙" } },
      { do: "add", table: "rows", id: "n2", after: "n1", cells: { ...inherited, name: "丁" } },
    ]);
  });

  it("take nothing over where the block tells the second level itself", () => {
    const rows = two(), plan = paste("社会效益\t丙\n质量指标\t丁\n", { row: 1, column: 1 }, rows);
    assert.deepEqual(editsOfPlan(plan, grid(rows), namer()), [
      { do: "set", path: "rows[r2].second", value: "社会效益" },
      { do: "set", path: "rows[r2].name", value: "丙" },
      { do: "add", table: "rows", id: "n1", after: "r2", cells: { second: "质量指标", name: "丁" } },
    ]);
  });

  it("are none when the block is what stands there", () => {
    const rows = two();
    assert.deepEqual(editsOfPlan(paste("甲\t≥\t1\n", { row: 0, column: 2 }, rows), grid(rows), namer()), []);
  });

  it("clear a cell where the block is empty", () => {
    const rows = two(), plan = paste("\t2\n", { row: 0, column: 3 }, rows);
    assert.deepEqual(editsOfPlan(plan, grid(rows), namer()), [
      { do: "set", path: "rows[r1].sign", value: "" }, { do: "set", path: "rows[r1].value", value: "2" },
    ]);
  });
});
