/* The queue of unsaved edits: one request at a time, in order, kept in the browser until the server says it is saved.

   Perfbudget.queue(edits, later)   later: after a pause in typing; otherwise at once
   Perfbudget.whenSent(done)        done(true) when nothing is unsent, done(false) when it cannot be sent now
   The other scripts of a step hang their parts on the same object; queue.js is loaded first. */
(function () {
  "use strict";
  const form = document.getElementById("step");
  const P = (window.Perfbudget = { form: form });
  if (!form) return;
  const PAUSE = 1200, CEILING = 8000, TIMEOUT = 30000, WEEK = 7 * 24 * 3600 * 1000;
  const LOST_SESSION = "登录已过期";
  const PREFIX = ["perfbudget", form.dataset.person, form.dataset.ref, ""].join(":");
  const own = PREFIX + newId();
  let waiting = []; // edits of this page that no request carries yet
  let batches = []; // requests to be made, the first perhaps under way; a lost one is repeated unchanged
  let waiters = [];
  let posting = false, again = false, expired = false;
  let timer = 0, firstAt = 0, retryTimer = 0, tries = 0;

  P.version = Number(form.dataset.version);
  P.cause = ""; // why the last attempt failed, for the state line

  function newId() {
    // randomUUID exists only on https pages; intranets are plain http.
    const bytes = window.crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join("");
  }
  P.newId = newId;

  P.address = (edit) => (edit.do === "set" ? edit.path : `${edit.table}[${edit.id}]`);
  P.posting = () => posting;
  P.unsent = () => {
    const all = batches.reduce((edits, batch) => edits.concat(batch.edits), waiting);
    return new Set(all.map(P.address)).size;
  };

  // A later text of the same cell takes the place of the earlier, unless a row came or went in between.
  function push(edit) {
    for (let at = waiting.length - 1; at >= 0 && edit.do === "set" && waiting[at].do === "set"; at--) {
      if (waiting[at].path === edit.path) {
        waiting[at] = edit;
        return;
      }
    }
    waiting.push(edit);
  }

  P.queue = (edits, later) => {
    edits.forEach(push);
    store();
    P.showState();
    if (!later) return send();
    const now = Date.now();
    firstAt = firstAt || now;
    clearTimeout(timer);
    timer = setTimeout(send, Math.max(0, Math.min(PAUSE, firstAt + CEILING - now)));
    return undefined;
  };

  // Take back what waits for a cell, or for all cells of a row: it is shown as a conflict instead of being sent.
  P.withdraw = (address) => {
    const count = waiting.length;
    waiting = waiting.filter((edit) => P.address(edit) !== address && P.address(edit).indexOf(`${address}.`) !== 0);
    return waiting.length < count;
  };
  P.isWaiting = (test) => waiting.some(test) || batches.some((batch) => batch.edits.some(test));

  function store() {
    const kept = batches.concat(P.held ? P.held() : []);
    if (waiting.length) kept.push({ version: P.version, operation: "", edits: waiting });
    try {
      if (kept.length) localStorage.setItem(own, JSON.stringify({ at: Date.now(), batches: kept }));
      else localStorage.removeItem(own);
    } catch (error) {
      // No room or not allowed: saving itself goes on, only a reload would lose what is unsent.
    }
  }
  P.store = store;

  function send() {
    clearTimeout(timer);
    timer = firstAt = 0;
    if (posting) again = true;
    if (posting || retryTimer || expired) return;
    if (!batches.length && waiting.length) {
      batches.push({ version: P.version, operation: newId(), edits: waiting });
      waiting = [];
      store();
    }
    if (batches.length) post(batches[0], false);
    else settle(true);
  }
  P.flush = send;
  P.retry = () => {
    clearTimeout(retryTimer);
    retryTimer = 0;
    send();
  };

  P.whenSent = (done) => {
    waiters.push(done);
    if (expired) askLogin();
    else P.retry();
  };
  function settle(sent) {
    P.showState();
    const told = waiters;
    waiters = [];
    told.forEach((done) => done(sent));
  }

  P.token = () => {
    // The cookie is shared by all tabs: after a log-in in another tab it is right and the page's own token is not.
    const found = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/);
    return found ? found[1] : form.querySelector("[name=csrfmiddlewaretoken]").value;
  };

  function body(batch) {
    if (batch.version === null) batch.version = P.version;
    const edits = batch.edits.map((edit) => {
      const sent = Object.assign({}, edit);
      delete sent.was; // ours, to bring a deleted row back
      return sent;
    });
    return JSON.stringify({ version: batch.version, operation: batch.operation, edits: edits });
  }

  async function post(batch, leaving) {
    posting = true;
    again = false;
    P.showState();
    const token = P.token(), abort = new AbortController();
    const limit = setTimeout(() => abort.abort(), TIMEOUT);
    let status = 0, answer = null;
    try {
      const response = await fetch(form.dataset.save, {
        method: "POST", credentials: "same-origin", cache: "no-store", keepalive: leaving, signal: abort.signal,
        headers: { "X-CSRFToken": token, Accept: "application/json", "Content-Type": "application/json" },
        body: body(batch),
      });
      status = response.status;
      answer = await response.json();
    } catch (error) {
      // No answer, or one that is not ours (a proxy's page): status and answer say which.
    }
    clearTimeout(limit);
    posting = false;
    answered(batch, status, answer, token);
  }

  function answered(batch, status, answer, token) {
    if (answer && answer.version !== undefined) return accept(batch, answer);
    if (status === 403 && P.token() !== token) return send();
    if (status === 401 || status === 403) return askLogin();
    if (status === 400 && answer) return reject(batch, answer.error);
    if (answer && answer.error) return halt(answer.error);
    if (status === 404) return halt("找不到这张表，可能已被删除或您不再有权限");
    if (status === 413) return halt("一次保存的内容过大");
    return backOff(status);
  }

  function accept(batch, answer) {
    batches.shift();
    tries = 0;
    P.cause = "";
    P.version = Math.max(P.version, answer.version);
    // A step posted whole afterwards must not run into our own saves.
    form.elements.version.value = P.version;
    P.accepted(batch, answer);
    store();
    next();
  }

  function next() {
    if (batches.length || (waiting.length && (again || !timer))) send();
    else if (!waiting.length) settle(true);
    else P.showState();
  }

  // The server could not read the request. One odd edit must not hold back its neighbours: send them one by one.
  function reject(batch, error) {
    const alone = batch.edits.map((edit) => ({ version: null, operation: newId(), edits: [edit] }));
    batches.splice(0, 1, ...(alone.length > 1 ? alone : []));
    if (alone.length === 1) P.refuse([{ path: P.address(batch.edits[0]), message: error }], batch);
    store();
    next();
  }

  function halt(cause) {
    P.cause = cause;
    settle(false);
  }

  function backOff(status) {
    tries += 1;
    const seconds = Math.min(30, 2 ** tries);
    retryTimer = setTimeout(P.retry, seconds * 1000);
    halt(status ? `服务器暂时出错（${status}），会自动重试` : "连不上服务器，联网后自动保存");
  }

  function askLogin() {
    expired = true; // nothing is sent, and nobody asked twice, until he has logged in
    P.cause = LOST_SESSION;
    P.showState();
    P.login({ done: loggedIn, later: () => halt(LOST_SESSION) });
  }
  function loggedIn() {
    expired = false;
    P.retry();
  }

  function foreign() {
    const keys = [];
    for (let at = localStorage.length - 1; at >= 0; at--) {
      const key = localStorage.key(at);
      if (key.indexOf("perfbudget:") === 0 && key !== own) keys.push(key);
    }
    return keys;
  }

  // What a closed or crashed page of the same person and form left behind. Pages still open have said so and keep theirs.
  function adopt(alive) {
    const left = [];
    foreign().filter((key) => !alive.has(key)).forEach((key) => {
      const kept = read(key);
      const old = !kept || Date.now() - kept.at > WEEK;
      const ours = key.indexOf(PREFIX) === 0;
      if (old || ours) localStorage.removeItem(key);
      if (ours && !old) left.push(...kept.batches);
    });
    if (!left.length) return;
    left.forEach((batch) => (batch.operation = batch.operation || newId()));
    batches.push(...P.restored(left));
    store();
    send();
  }

  function read(key) {
    try {
      const kept = JSON.parse(localStorage.getItem(key));
      return kept && Array.isArray(kept.batches) ? kept : null;
    } catch (error) {
      return null;
    }
  }

  function listen(alive) {
    if (!window.BroadcastChannel) return;
    const channel = new BroadcastChannel("perfbudget");
    channel.onmessage = (event) => {
      if (event.data === "who") channel.postMessage(own);
      else alive.add(event.data);
    };
    channel.postMessage("who");
  }

  P.start = () => {
    const alive = new Set();
    listen(alive);
    let found = [];
    try {
      found = foreign();
    } catch (error) {
      // Storage is switched off: nothing can have been kept.
    }
    const ready = () => {
      if (found.length) adopt(alive);
      form.setAttribute("data-ready", "");
    };
    if (found.length) setTimeout(ready, 250); // time for the pages that are open to answer
    else ready();
  };

  window.addEventListener("online", () => P.retry());
  window.addEventListener("pagehide", () => {
    if (posting || expired || !(waiting.length || batches.length)) return;
    if (!batches.length) {
      batches.push({ version: P.version, operation: newId(), edits: waiting });
      waiting = [];
    }
    store();
    if (body(batches[0]).length < 60000) post(batches[0], true);
  });
  // A page out of the browser's memory shows old texts, and its queue may have been taken over.
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
})();
