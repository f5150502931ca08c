/* The queue of unsaved edits: what replaces what, what is repeated, what is taken back. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { EditQueue, addressOf, encodeBatch } from "../../static/js/edit-queue.js";

const set = (path, value) => ({ do: "set", path, value });
const add = (id) => ({ do: "add", table: "rows", id, after: "", cells: {} });
const remove = (id) => ({ do: "delete", table: "rows", id, was: { cells: { name: "甲" }, after: "", number: 1 } });

function queueWith(...edits) {
  let number = 0;
  const queue = new EditQueue(() => `operation-${(number += 1)}`);
  queue.add(edits);
  return queue;
}

describe("queueing", () => {
  it("replaces an earlier text of the same cell by a later one", () => {
    const queue = queueWith(set("goal", "一"), set("name", "名"), set("goal", "二"));
    assert.deepEqual(queue.waiting, [set("goal", "二"), set("name", "名")]);
    assert.equal(queue.count(), 2);
  });

  for (const [what, between] of [["added", add("r1")], ["deleted", remove("r1")]]) {
    it(`keeps both texts when a row was ${what} between them`, () => {
      const edits = [set("rows[r1].name", "一"), between, set("rows[r1].name", "二")];
      assert.deepEqual(queueWith(...edits).waiting, edits);
    });
  }

  it("replaces the text behind the row, not the one before it", () => {
    const queue = queueWith(set("goal", "一"), add("r1"), set("goal", "二"), set("goal", "三"));
    assert.deepEqual(queue.waiting, [set("goal", "一"), add("r1"), set("goal", "三")]);
    assert.equal(queue.count(), 2, "the cell and the row");
  });

  it("names a row by its table and id", () => {
    assert.equal(addressOf(add("r7")), "rows[r7]");
    assert.equal(addressOf(set("rows[r7].name", "")), "rows[r7].name");
  });
});

describe("sending", () => {
  it("makes one request of all that waits", () => {
    const queue = queueWith(set("goal", "一"), add("r1"));
    const batch = queue.nextBatch(7);
    assert.deepEqual(batch, { version: 7, operation: "operation-1", edits: [set("goal", "一"), add("r1")] });
    assert.deepEqual(queue.waiting, []);
  });

  it("says of which version the page has all findings", () => {
    const batch = queueWith(set("goal", "一")).nextBatch(7);
    assert.equal(JSON.parse(encodeBatch(batch, 7, 6)).findings, 6);
    assert.equal("findings" in JSON.parse(encodeBatch(batch, 7, null)), false);
  });

  it("repeats a lost request unchanged, under the same operation, whatever came since", () => {
    const queue = queueWith(set("goal", "一"));
    const first = encodeBatch(queue.nextBatch(7), 7);
    queue.add([set("goal", "二")]);
    assert.equal(encodeBatch(queue.nextBatch(9), 9), first);
    assert.deepEqual(queue.waiting, [set("goal", "二")], "what came since waits for its turn");
    queue.finishBatch();
    assert.deepEqual(queue.nextBatch(9), { version: 9, operation: "operation-2", edits: [set("goal", "二")] });
  });

  it("has no request when nothing waits", () => {
    assert.equal(queueWith().nextBatch(1), null);
  });

  it("counts a cell once that is under way and waits again", () => {
    const queue = queueWith(set("goal", "一"));
    queue.nextBatch(1);
    queue.add([set("goal", "二"), set("name", "名")]);
    assert.equal(queue.count(), 2);
    assert.ok(queue.some((edit) => edit.value === "一"));
    assert.ok(queue.some((edit) => edit.value === "二"));
  });

  it("does not send what only brings a deleted row back", () => {
    const edit = remove("r1"), queue = queueWith(edit);
    const sent = JSON.parse(encodeBatch(queue.nextBatch(1), 1));
    assert.deepEqual(sent.edits, [{ do: "delete", table: "rows", id: "r1" }]);
    assert.ok(edit.was, "the page still knows the row");
  });

  it("gives a request without a version the page's, and keeps that when it is repeated", () => {
    const batch = { version: null, operation: "x", edits: [] };
    assert.equal(JSON.parse(encodeBatch(batch, 5)).version, 5);
    assert.equal(JSON.parse(encodeBatch(batch, 6)).version, 5);
  });
});

describe("a request that the server could not read", () => {
  it("is sent again edit by edit, each under an operation of its own", () => {
    const queue = queueWith(set("goal", "一"), set("name", "二"));
    queue.nextBatch(3);
    assert.equal(queue.splitBatch(), null);
    assert.deepEqual(queue.batches, [
      { version: null, operation: "operation-2", edits: [set("goal", "一")] },
      { version: null, operation: "operation-3", edits: [set("name", "二")] },
    ]);
  });

  it("goes before the requests behind it also in parts", () => {
    const queue = queueWith(set("goal", "一"), set("name", "二"));
    queue.nextBatch(3);
    queue.restore([{ version: 1, operation: "behind", edits: [set("unit", "三")] }]);
    queue.splitBatch();
    assert.deepEqual(queue.batches.map((batch) => batch.edits[0].path), ["goal", "name", "unit"]);
  });

  it("is dropped when it is a single edit already; its neighbours go on", () => {
    const queue = queueWith(set("goal", "一"), set("name", "二"));
    queue.nextBatch(3);
    queue.splitBatch();
    assert.deepEqual(queue.splitBatch(), set("goal", "一"));
    assert.deepEqual(queue.batches.map((batch) => batch.edits), [[set("name", "二")]]);
  });
});

describe("taking back", () => {
  it("takes back a cell, and not one whose name begins alike", () => {
    const queue = queueWith(set("goal", "一"), set("goals", "二"));
    assert.equal(queue.holds("goal"), true);
    assert.equal(queue.withdraw("goal"), true);
    assert.equal(queue.withdraw("goal"), false);
    assert.deepEqual(queue.waiting, [set("goals", "二")]);
  });

  it("takes back a whole row with its cells", () => {
    const queue = queueWith(add("r1"), set("rows[r1].name", "一"), set("rows[r11].name", "二"));
    assert.equal(queue.withdraw("rows[r1]"), true);
    assert.deepEqual(queue.waiting, [set("rows[r11].name", "二")]);
  });

  it("leaves alone what is under way", () => {
    const queue = queueWith(set("goal", "一"));
    queue.nextBatch(1);
    assert.equal(queue.withdraw("goal"), false);
    assert.equal(queue.count(), 1);
  });
});

describe("keeping in the browser", () => {
  it("keeps requests under way and what waits behind them", () => {
    const queue = queueWith(set("goal", "一"));
    queue.nextBatch(1);
    queue.add([set("name", "二")]);
    assert.deepEqual(queue.snapshot(2), [
      { version: 1, operation: "operation-1", edits: [set("goal", "一")] },
      { version: 2, operation: "", edits: [set("name", "二")] },
    ]);
  });

  it("sends restored requests first, in their order", () => {
    const queue = queueWith(set("name", "新"));
    queue.restore([{ version: 1, operation: "old", edits: [set("goal", "旧")] }]);
    assert.equal(queue.nextBatch(2).operation, "old");
    queue.finishBatch();
    assert.deepEqual(queue.nextBatch(2).edits, [set("name", "新")]);
  });
});
