// @ts-check
/* Sends the queue of unsaved edits: one request at a time, in order, until the server says that it is saved. */
import { readToken } from "./csrf.js";
import { EditQueue, addressOf, encodeBatch } from "./edit-queue.js";
import { newId } from "./ids.js";
import { pauseSeconds } from "./retry-pause.js";

/** @import { Answer, Batch, Edit, Refusal } from "./types.js" */
/** @import { UnsentStorage } from "./unsent-storage.js" */

/**
 * @typedef {object} SaverParts  What the saver tells the rest of the page, and asks of it.
 * @property {UnsentStorage} storage
 * @property {() => void} showState
 * @property {(batch: Batch, answer: Answer) => void} applyAnswer
 * @property {(refusals: Refusal[], batch: Batch) => void} refuse
 * @property {(after: {done: () => void, later: () => void}) => void} askLogin
 * @property {(batches: Batch[]) => Batch[]} restoreTexts  shows adopted texts; gives what is still to be sent
 * @property {() => number | null} findingsVersion  the version whose findings the page has all
 * @property {() => Batch[]} otherBatches  what else the server does not have: questions, and texts that it refused
 */

const TYPING_PAUSE_MS = 1200;
const LONGEST_WAIT_MS = 8000;
const TIMEOUT_MS = 30000;
const ANSWER_TIME_MS = 250;
const LARGEST_FAREWELL = 60000; // browsers send at most 64 KiB after a page has gone
const SESSION_ENDED = "登录已过期";
/** What the server says while its database is away or busy: the same request may succeed a little later. */
const PASSING_FAULTS = new Set(["database_away", "database_busy", "disk_full"]);
/** Answers that sending again would not change. */
const LASTING_FAULTS = new Map([
  [404, "找不到这张表，可能已被删除或您不再有权限"],
  [413, "一次保存的内容过大"],
]);

export class Saver {
  /** @param {HTMLFormElement} form @param {SaverParts} parts */
  constructor(form, parts) {
    this.form = form;
    this.parts = parts;
    this.queue = new EditQueue(newId);
    this.version = Number(form.dataset.version);
    this.cause = ""; // why the last attempt failed, for the state line
    this.isPosting = false;
    this.isSessionOver = false;
    this.mustSendAgain = false;
    this.tries = this.retrySeconds = 0;
    this.timer = this.retryTimer = 0;
    this.waitingSince = 0;
    /** @type {((sent: boolean) => void)[]} */
    this.waiters = [];
    window.addEventListener("online", () => this.retry());
    window.addEventListener("pagehide", () => this.sendFarewell());
    // A page out of the browser's memory shows old texts, and its queue may have been taken over.
    window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  }

  /** How many cells and rows are not saved yet. */
  countUnsent() {
    return this.queue.count();
  }

  /** Queue edits and send them now. @param {Edit[]} edits */
  save(edits) {
    this.enqueue(edits);
    this.send();
  }

  /** Queue edits and send them after a pause in typing. @param {Edit[]} edits */
  saveSoon(edits) {
    this.enqueue(edits);
    const now = Date.now();
    this.waitingSince = this.waitingSince || now;
    clearTimeout(this.timer);
    const wait = Math.min(TYPING_PAUSE_MS, this.waitingSince + LONGEST_WAIT_MS - now);
    this.timer = setTimeout(() => this.send(), Math.max(0, wait));
  }

  /** @param {Edit[]} edits */
  enqueue(edits) {
    this.queue.add(edits);
    this.keep();
    this.parts.showState();
  }

  /** Keep everything unsent in the browser. */
  keep() {
    this.parts.storage.keep([...this.queue.snapshot(this.version), ...this.parts.otherBatches()]);
  }

  /** Questions came, changed or went. */
  noteConflicts() {
    this.keep();
    this.parts.showState();
  }

  /** Send what waits; while a request is under way, after it. */
  send() {
    clearTimeout(this.timer);
    this.timer = this.waitingSince = 0;
    if (this.isPosting) this.mustSendAgain = true;
    if (this.isPosting || this.retryTimer || this.isSessionOver) return;
    const batch = this.queue.nextBatch(this.version);
    if (!batch) {
      this.settle(true);
      return;
    }
    this.keep();
    this.post(batch, false);
  }

  retry() {
    clearTimeout(this.retryTimer);
    this.retryTimer = 0;
    this.send();
  }

  /** @param {(sent: boolean) => void} done true: nothing is unsent; false: it cannot be sent now */
  whenSent(done) {
    this.waiters.push(done);
    if (this.isSessionOver) this.askLogin();
    else this.retry();
  }

  /** @param {boolean} sent */
  settle(sent) {
    this.parts.showState();
    const told = this.waiters;
    this.waiters = [];
    told.forEach((done) => done(sent));
  }

  /** @param {Batch} batch @param {boolean} isFarewell */
  async post(batch, isFarewell) {
    this.isPosting = true;
    this.mustSendAgain = false;
    this.parts.showState();
    const token = readToken(this.form), abort = new AbortController();
    const limit = setTimeout(() => abort.abort(), TIMEOUT_MS);
    let status = 0, answer = null, retrySeconds = 0;
    try {
      const response = await fetch(this.form.dataset.save || "", {
        method: "POST", credentials: "same-origin", cache: "no-store", keepalive: isFarewell, signal: abort.signal,
        headers: { "X-CSRFToken": token, Accept: "application/json", "Content-Type": "application/json" },
        body: encodeBatch(batch, this.version, this.parts.findingsVersion()),
      });
      status = response.status;
      retrySeconds = Number(response.headers.get("Retry-After")) || 0; // a date counts as nothing said
      answer = await response.json();
    } catch (error) {
      // No answer, or one that is not ours (a proxy's page): status and answer say which.
    }
    clearTimeout(limit);
    this.isPosting = false;
    this.retrySeconds = retrySeconds;
    this.takeAnswer(batch, status, answer, token);
  }

  /** @param {Batch} batch @param {number} status @param {any} answer @param {string} token that was sent */
  takeAnswer(batch, status, answer, token) {
    if (answer && answer.version !== undefined) this.accept(batch, answer);
    else if (status === 403 && readToken(this.form) !== token) this.send();
    else if (status === 401 || status === 403) this.askLogin();
    else this.takeFault(batch, status, answer);
  }

  /** @param {Batch} batch @param {number} status @param {any} answer */
  takeFault(batch, status, answer) {
    const { code, error } = answer || {};
    if (status === 400 && answer) this.reject(batch, code, error);
    else if (PASSING_FAULTS.has(code)) this.backOff(`${error}，会自动重试，内容已保留在本页`);
    else this.fail(status, error || LASTING_FAULTS.get(status));
  }

  /** @param {number} status @param {string} [cause] that trying again would not change */
  fail(status, cause) {
    if (cause) this.halt(cause);
    else this.backOff(status ? `服务器暂时出错（${status}），会自动重试` : "连不上服务器，联网后自动保存");
  }

  /** @param {Batch} batch @param {Answer} answer */
  accept(batch, answer) {
    this.queue.finishBatch();
    this.tries = 0;
    this.cause = "";
    this.version = Math.max(this.version, answer.version);
    // A step posted whole afterwards must not run into our own saves.
    const field = /** @type {HTMLInputElement} */ (this.form.elements.namedItem("version"));
    field.value = String(this.version);
    this.parts.applyAnswer(batch, answer);
    this.keep();
    this.goOn();
  }

  /** @param {Batch} batch @param {string} code @param {string} error */
  reject(batch, code, error) {
    const dropped = this.queue.splitBatch();
    if (dropped) this.parts.refuse([{ path: addressOf(dropped), code, message: error }], batch);
    this.keep();
    this.goOn();
  }

  goOn() {
    const { batches, waiting } = this.queue;
    if (batches.length || (waiting.length && (this.mustSendAgain || !this.timer))) this.send();
    else if (!waiting.length) this.settle(true);
    else this.parts.showState();
  }

  /** @param {string} cause */
  halt(cause) {
    this.cause = cause;
    this.settle(false);
  }

  /** Try again later by itself. @param {string} cause */
  backOff(cause) {
    this.tries += 1;
    this.retryTimer = setTimeout(() => this.retry(), 1000 * pauseSeconds(this.tries, this.retrySeconds, Math.random()));
    this.halt(cause);
  }

  askLogin() {
    this.isSessionOver = true; // nothing is sent, and nobody asked twice, until he has logged in
    this.cause = SESSION_ENDED;
    this.parts.showState();
    const done = () => {
      this.isSessionOver = false;
      this.retry();
    };
    this.parts.askLogin({ done, later: () => this.halt(SESSION_ENDED) });
  }

  /** The page goes: what is unsent goes along if the browser takes it, and is kept in any case. */
  sendFarewell() {
    if (this.isPosting || this.isSessionOver) return;
    const batch = this.queue.nextBatch(this.version);
    if (!batch) return;
    this.keep();
    if (encodeBatch(batch, this.version).length < LARGEST_FAREWELL) this.post(batch, true);
  }

  /** Take over what closed pages have left, then say that the page is ready. */
  start() {
    const { storage } = this.parts, openKeys = storage.watchOpenPages(), hasOthers = storage.otherKeys().length > 0;
    const finish = () => {
      if (hasOthers) this.adopt(openKeys);
      this.form.setAttribute("data-ready", "");
    };
    if (hasOthers) setTimeout(finish, ANSWER_TIME_MS); // time for the pages that are open to answer
    else finish();
  }

  /** @param {Set<string>} openKeys */
  adopt(openKeys) {
    const adopted = this.parts.storage.adopt(openKeys);
    if (!adopted.length) return;
    this.queue.restore(this.parts.restoreTexts(adopted));
    this.keep();
    this.send();
  }
}
