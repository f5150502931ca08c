// @ts-check
/* Keeps what is unsent in the browser, and finds what a closed or crashed page has left there.

   Each page has a key of its own. Pages that are open say so to each other, and keep theirs. */
import { newId } from "./ids.js";

/** @import { Batch } from "./types.js" */

const PREFIX = "perfbudget:";
const WEEK_MS = 7 * 24 * 3600 * 1000;

export class UnsentStorage {
  /**
   * @param {string} person @param {string} filing
   * @param {() => Storage} open where browsers are told to keep nothing, even looking for the storage fails
   */
  constructor(person, filing, open) {
    this.prefix = `${PREFIX}${person}:${filing}:`;
    this.ownKey = this.prefix + newId();
    this.open = open;
  }

  /** @param {Batch[]} batches */
  keep(batches) {
    try {
      if (batches.length) this.open().setItem(this.ownKey, JSON.stringify({ at: Date.now(), batches }));
      else this.open().removeItem(this.ownKey);
    } catch (error) {
      // No room or not allowed: saving itself goes on, only a reload would lose what is unsent.
    }
  }

  /** The keys of other pages; none where storage is switched off. @returns {string[]} */
  otherKeys() {
    const keys = [];
    try {
      const storage = this.open();
      for (let at = storage.length - 1; at >= 0; at--) {
        const key = storage.key(at) || "";
        if (key.startsWith(PREFIX) && key !== this.ownKey) keys.push(key);
      }
    } catch (error) {
      // Storage is switched off: nothing can have been kept.
    }
    return keys;
  }

  /**
   * Take over what closed pages of the same person and filing left; what is older than a week is thrown away.
   * @param {Set<string>} openKeys of pages that are still open
   * @returns {Batch[]}
   */
  adopt(openKeys) {
    /** @type {Batch[]} */
    const adopted = [];
    this.otherKeys().filter((key) => !openKeys.has(key)).forEach((key) => {
      const kept = this.read(key), isOurs = key.startsWith(this.prefix);
      const isOld = !kept || Date.now() - kept.at > WEEK_MS;
      if (isOld || isOurs) this.open().removeItem(key);
      if (kept && isOurs && !isOld) adopted.push(...kept.batches);
    });
    adopted.forEach((batch) => (batch.operation = batch.operation || newId()));
    return adopted;
  }

  /** @param {string} key @returns {{at: number, batches: Batch[]} | null} */
  read(key) {
    try {
      const kept = JSON.parse(this.open().getItem(key) || "null");
      return kept && Array.isArray(kept.batches) ? kept : null;
    } catch (error) {
      return null;
    }
  }

  /** Answer other pages, and ask which there are. @returns {Set<string>} the keys of those that have answered so far */
  watchOpenPages() {
    /** @type {Set<string>} */
    const openKeys = new Set();
    if (!window.BroadcastChannel) return openKeys;
    const channel = new BroadcastChannel("perfbudget");
    channel.onmessage = (event) => {
      if (event.data === "who") channel.postMessage(this.ownKey);
      else openKeys.add(event.data);
    };
    channel.postMessage("who");
    return openKeys;
  }
}
