/* What is unsent is kept in the browser, and taken over from closed pages of the same person and filing only. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { UnsentStorage } from "../../static/js/unsent-storage.js";

const DAY_MS = 24 * 3600 * 1000;
const batch = (operation = "x") => ({ version: 1, operation, edits: [{ do: "set", path: "goal", value: "一" }] });

/** The part of a browser's storage that is used. */
class BrowserStorage extends Map {
  get length() {
    return this.size;
  }
  key(at) {
    return [...this.keys()][at];
  }
  getItem(key) {
    return this.has(key) ? this.get(key) : null;
  }
  setItem(key, text) {
    this.set(key, text);
  }
  removeItem(key) {
    this.delete(key);
  }
}

const pageOf = (browser, person = "7", filing = "abc") => new UnsentStorage(person, filing, () => browser);

describe("unsent edits", () => {
  it("are kept under a key of the page's own and removed when nothing is left", () => {
    const browser = new BrowserStorage(), page = pageOf(browser);
    page.keep([batch()]);
    assert.deepEqual([...browser.keys()], [page.ownKey]);
    assert.deepEqual(page.otherKeys(), []);
    page.keep([]);
    assert.equal(browser.size, 0);
  });

  it("of a closed page are taken over once, with their operation", () => {
    const browser = new BrowserStorage();
    pageOf(browser).keep([batch("sent-before")]);
    const page = pageOf(browser);
    assert.deepEqual(page.adopt(new Set()), [batch("sent-before")]);
    assert.equal(browser.size, 0);
  });

  it("that were never sent get an operation", () => {
    const browser = new BrowserStorage();
    pageOf(browser).keep([batch("")]);
    assert.match(pageOf(browser).adopt(new Set())[0].operation, /^[0-9a-f]{32}$/);
  });

  it("of an open page are left to it", () => {
    const browser = new BrowserStorage(), open = pageOf(browser);
    open.keep([batch()]);
    assert.deepEqual(pageOf(browser).adopt(new Set([open.ownKey])), []);
    assert.deepEqual([...browser.keys()], [open.ownKey]);
  });

  it("of other people and other filings are left where they are", () => {
    const browser = new BrowserStorage();
    pageOf(browser, "8").keep([batch()]);
    pageOf(browser, "7", "other").keep([batch()]);
    assert.deepEqual(pageOf(browser).adopt(new Set()), []);
    assert.equal(browser.size, 2);
  });

  it("older than a week, or unreadable, are thrown away", () => {
    const browser = new BrowserStorage();
    const kept = (days) => JSON.stringify({ at: Date.now() - days * DAY_MS, batches: [batch()] });
    browser.setItem("perfbudget:8:abc:old", kept(8));
    browser.setItem("perfbudget:8:abc:new", kept(6));
    browser.setItem("perfbudget:7:abc:old", kept(8));
    browser.setItem("perfbudget:7:abc:bad", "{");
    browser.setItem("somebody else's", "x");
    assert.deepEqual(pageOf(browser).adopt(new Set()), []);
    assert.deepEqual([...browser.keys()], ["perfbudget:8:abc:new", "somebody else's"]);
  });

  it("are no obstacle where the browser keeps nothing", () => {
    const page = new UnsentStorage("7", "abc", () => {
      throw new Error("storage is switched off");
    });
    page.keep([batch()]);
    assert.deepEqual(page.otherKeys(), []);
    assert.deepEqual(page.adopt(new Set()), []);
  });
});
