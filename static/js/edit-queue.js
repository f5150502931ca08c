// @ts-check
/* The queue of unsaved edits: what waits, and the requests that carry it. Needs no page. */

/** @import { Batch, Edit } from "./types.js" */

/**
 * What an edit is about: a cell, or a whole row.
 * @param {Edit} edit
 */
export function addressOf(edit) {
  return edit.do === "set" ? edit.path : `${edit.table}[${edit.id}]`;
}

/** @param {Edit} edit @param {string} address */
function isAbout(edit, address) {
  return addressOf(edit) === address || addressOf(edit).startsWith(`${address}.`);
}

export class EditQueue {
  /** @param {() => string} newId names each request */
  constructor(newId) {
    this.newId = newId;
    /** @type {Edit[]} edits that no request carries yet */
    this.waiting = [];
    /** @type {Batch[]} requests to be made, the first perhaps under way; a lost one is repeated unchanged */
    this.batches = [];
  }

  /** @param {Edit[]} edits */
  add(edits) {
    edits.forEach((edit) => this.addOne(edit));
  }

  /**
   * A later text of the same cell takes the place of the earlier, unless a row came or went in between.
   * @param {Edit} edit
   */
  addOne(edit) {
    for (let at = this.waiting.length - 1; at >= 0 && edit.do === "set"; at--) {
      const earlier = this.waiting[at];
      if (earlier.do !== "set") break;
      if (earlier.path === edit.path) {
        this.waiting[at] = edit;
        return;
      }
    }
    this.waiting.push(edit);
  }

  /** Whether an edit of a cell, or of any cell of a row, waits. @param {string} address */
  holds(address) {
    return this.waiting.some((edit) => isAbout(edit, address));
  }

  /**
   * Take back what waits for a cell, or for all cells of a row; true if there was something.
   * @param {string} address
   */
  withdraw(address) {
    const found = this.holds(address);
    this.waiting = this.waiting.filter((edit) => !isAbout(edit, address));
    return found;
  }

  /** Whether an edit that is not saved yet, sent or not, is of a kind. @param {(edit: Edit) => boolean} test */
  some(test) {
    return this.waiting.some(test) || this.batches.some((batch) => batch.edits.some(test));
  }

  /** How many cells and rows are not saved yet. */
  count() {
    const all = this.batches.reduce((edits, batch) => edits.concat(batch.edits), this.waiting);
    return new Set(all.map(addressOf)).size;
  }

  /**
   * The request to make now: the one that was lost, or a new one of all that waits; null if there is nothing.
   * @param {number} version of the page
   */
  nextBatch(version) {
    if (!this.batches.length && this.waiting.length) {
      this.batches.push({ version, operation: this.newId(), edits: this.waiting });
      this.waiting = [];
    }
    return this.batches.length ? this.batches[0] : null;
  }

  /** The first request is saved. */
  finishBatch() {
    this.batches.shift();
  }

  /**
   * The server could not read the first request. One odd edit must not hold back its neighbours: they are sent one by
   * one, and an edit that is already alone is dropped. Gives the dropped edit, or null.
   */
  splitBatch() {
    const [batch] = this.batches.splice(0, 1);
    if (batch.edits.length <= 1) return batch.edits[0] || null;
    this.batches.unshift(...batch.edits.map((edit) => ({ version: null, operation: this.newId(), edits: [edit] })));
    return null;
  }

  /** Requests of a page that was closed. @param {Batch[]} batches */
  restore(batches) {
    this.batches.push(...batches);
  }

  /**
   * Everything unsaved as requests, to be kept in the browser.
   * @param {number} version of the page
   * @returns {Batch[]}
   */
  snapshot(version) {
    return this.waiting.length ? [...this.batches, { version, operation: "", edits: this.waiting }] : [...this.batches];
  }
}

/**
 * A request as it is sent. A request without a version gets the page's, and keeps it when it is repeated.
 * @param {Batch} batch @param {number} version
 * @param {number | null} [findings] the version whose findings the page has all: the answer then tells what changed
 */
export function encodeBatch(batch, version, findings = null) {
  if (batch.version === null) batch.version = version;
  const edits = batch.edits.map((edit) => {
    const sent = Object.assign({}, edit);
    if (sent.do === "delete") delete sent.was; // ours, to bring a deleted row back
    return sent;
  });
  const request = { version: batch.version, operation: batch.operation, edits };
  return JSON.stringify(findings === null ? request : Object.assign({ findings }, request));
}
