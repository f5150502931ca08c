/* Saves a step cell by cell while it is filled, and says honestly how far that is.

   Texts are read only when they are committed (never inside an input method's composition), and no field is written
   while somebody is in it: what the server has for it waits until he leaves. */
(function () {
  "use strict";
  const P = window.Perfbudget, form = P.form;
  if (!form) return;
  const line = document.getElementById("save-state");
  const known = new Map(); // path → the text the server has, as this page has last shown it
  const latest = new Map(); // path → the text last queued
  const late = new Map(); // path → the server's text that waits until the person leaves the field
  const refused = new Map(); // path → why it was not saved
  let composing = null;
  let savedAt = (line.textContent.match(/[\d:]{8}/) || [""])[0];
  let leaving = false;
  // The scripts after this one bring their own; whoever is quick may type before they are there.
  ["say", "sayLate", "found", "dialogMayOpen"].forEach((name) => (P[name] = P[name] || (() => {})));
  P.known = known;
  P.field = (path) => document.getElementById("f-" + path);
  P.composing = () => composing;
  const plain = (text) => text.replace(/\r\n?/g, "\n");
  const isBusy = (field) => field === document.activeElement || field === composing;

  P.labelOf = (field) => {
    if (field.getAttribute("aria-label")) return field.getAttribute("aria-label");
    const label = form.querySelector(`label[for="${field.id}"]`);
    return label ? label.firstChild.textContent.trim() : "";
  };
  P.write = (field, text, still) => {
    if (field.tagName === "SELECT" && !Array.from(field.options).some((one) => one.value === text)) {
      field.add(new Option(text, text)); // never lose a text because the list does not offer it
    }
    field.value = text;
    if (!still) P.grow([field]);
  };
  P.settle = (field) => latest.set(field.dataset.cell, plain(field.value));
  P.learn = (field) => {
    known.set(field.dataset.cell, plain(field.value));
    latest.set(field.dataset.cell, plain(field.value));
  };

  // The state line

  function stateOf() {
    const conflicts = P.conflicts.size(), count = P.unsent();
    if (conflicts) return ["failed", `保存失败：${conflicts} 处与别人的修改冲突，请在页面上方选择`];
    if (P.cause) return ["failed", `保存失败：${P.cause}${count ? `（${count} 处未保存）` : ""}`];
    if (P.posting()) return ["saving", `保存中…（${count} 处）`];
    if (count || composing) return ["unsaved", count ? `未保存（${count} 处）` : "未保存"];
    if (refused.size) return ["failed", `保存失败：${refused.size} 处未保存，${refused.values().next().value}`];
    return ["saved", `已保存 ${savedAt}`];
  }
  P.showState = () => {
    const [state, text] = stateOf();
    line.dataset.unsent = P.unsent();
    if (line.dataset.state !== state) line.dataset.state = state;
    if (line.textContent !== text) line.textContent = text;
  };

  // Typing

  function typed(field, later) {
    const path = field.dataset.cell, value = plain(field.value);
    if (value === latest.get(path)) return;
    latest.set(path, value);
    refused.delete(path);
    if (P.conflicts.has(path)) {
      P.conflicts.mine(path, value);
      P.store();
    } else if (late.has(path)) {
      clash(path, value, late.get(path), P.version);
    } else {
      P.queue([{ do: "set", path: path, value: value }], later);
    }
  }
  P.typed = (field) => typed(field, true);

  function clash(path, mine, theirs, base) {
    late.delete(path);
    known.set(path, theirs);
    const field = P.field(path);
    P.conflicts.add({ path, label: field ? P.labelOf(field) : path, mine, theirs, by: "别人或另一个窗口", base });
    P.store();
    P.showState();
  }

  const cellOf = (event) => (event.target.closest ? event.target.closest("[data-cell]") : null);
  form.addEventListener("compositionstart", (event) => {
    composing = cellOf(event);
    P.showState();
  });
  form.addEventListener("compositionend", (event) => {
    composing = null;
    const field = cellOf(event);
    if (field) typed(field, true);
    P.showState();
    P.dialogMayOpen();
  });
  form.addEventListener("input", (event) => {
    const field = cellOf(event);
    if (field && !event.isComposing && field !== composing) typed(field, true);
  });
  form.addEventListener("change", (event) => {
    const field = cellOf(event);
    if (field && field !== composing) leave(field);
  });
  form.addEventListener("focusout", (event) => {
    const field = cellOf(event);
    // Some input methods never send compositionend when the field loses focus; what stands in it then is the text.
    if (field === composing) composing = null;
    if (field) setTimeout(() => leave(field), 0);
    P.dialogMayOpen();
  });

  function leave(field) {
    typed(field, true);
    if (P.unsent()) P.flush();
    if (isBusy(field)) return;
    const path = field.dataset.cell;
    if (late.has(path)) {
      show(path, late.get(path));
      late.delete(path);
    }
    P.sayLate(field);
  }

  // What the server answers

  function show(path, text) {
    const field = P.field(path);
    known.set(path, text);
    if (!field || plain(field.value) === text) return;
    if (isBusy(field)) {
      late.set(path, text);
      return;
    }
    latest.set(path, text);
    P.write(field, text);
  }
  P.show = show;

  P.accepted = (batch, answer) => {
    savedAt = answer.at;
    const not = new Set(answer.conflicts.concat(answer.refused).map((one) => one.path));
    batch.edits.filter((edit) => !not.has(P.address(edit))).forEach((edit) => {
      if (edit.do === "set") known.set(edit.path, edit.value);
      if (edit.do === "add") Object.keys(edit.cells || {}).forEach((name) => known.set(`${P.address(edit)}.${name}`, edit.cells[name]));
    });
    P.refuse(answer.refused, batch);
    answer.conflicts.forEach((one) => conflict(one, batch));
    fresh(byPath(answer.meanwhile || []), batch);
    if (answer.missing) P.found(answer.missing);
  };

  function conflict(one, batch) {
    const field = P.field(one.path), theirs = plain(one.theirs);
    P.withdraw(one.path);
    if (known.get(one.path) === theirs) {
      // The page showed just this when it was typed over: nothing unseen would be lost.
      P.queue([{ do: "set", path: one.path, value: field ? plain(field.value) : one.mine }], false);
      return;
    }
    const edit = batch.edits.find((each) => P.address(each) === one.path);
    if (edit && edit.do === "set") known.set(one.path, theirs);
    P.conflicts.add(Object.assign({}, one, {
      mine: field ? plain(field.value) : one.mine, theirs, base: batch.version, edit: edit,
    }));
  }

  const byPath = (list) => list.reduce((all, one) => Object.assign(all, { [one.path]: one.value }), {});

  // Texts that others saved since: shown at once, later, or as a question, but never written over unseen.
  function fresh(meanwhile, batch) {
    Object.keys(meanwhile).filter((path) => path.endsWith("[]")).forEach((path) => {
      if (P.rows) P.rows.arrange(path.slice(0, -2), meanwhile[path].split(" "), meanwhile, batch.version);
    });
    Object.keys(meanwhile).forEach((path) => {
      const text = plain(meanwhile[path]), field = P.field(path);
      if (path.endsWith("[]") || known.get(path) === text || refused.has(path)) return;
      if (!field) known.set(path, text);
      else if (P.conflicts.has(path)) return;
      else if (P.withdraw(path)) clash(path, plain(field.value), text, batch.version);
      else show(path, text);
    });
  }

  P.refuse = (list, batch) => {
    const gone = new Map();
    list.forEach((one) => {
      const edit = batch.edits.find((each) => P.address(each) === one.path) || {};
      const row = (one.path.match(/^\w+\[[\w-]+\]/) || [""])[0];
      if (row && one.message.indexOf("已被删除") > 0) {
        const kept = gone.get(row) || {};
        if (edit.do === "set") kept[edit.path.slice(row.length + 1)] = edit.value;
        if (edit.do !== "delete") gone.set(row, kept);
      } else if (edit.do === "set") {
        refused.set(one.path, one.message);
        P.say(one.path, [{ severity: "error", message: one.message }]);
      } else {
        P.notice(one.message, "error");
      }
    });
    gone.forEach((cells, row) => {
      P.withdraw(row);
      P.conflicts.gone(row, cells, batch.version);
    });
    P.showState();
  };
  P.isRefused = (path) => refused.has(path);

  // After a reload

  P.restored = (kept) => {
    const changed = (edit) => edit.do === "set" && latest.get(edit.path) !== known.get(edit.path);
    kept.forEach((batch) => (batch.edits = batch.edits.filter((edit) => !changed(edit))));
    const edits = kept.reduce((all, batch) => all.concat(batch.edits), []);
    edits.forEach((edit) => {
      if (edit.do !== "set") return P.rows && P.rows.apply([edit]);
      const field = P.field(edit.path);
      if (!field) return undefined;
      known.delete(edit.path); // this page shows a newer text than the one that was typed over
      latest.set(edit.path, edit.value);
      return P.write(field, edit.value);
    });
    const count = new Set(edits.map(P.address)).size;
    if (count) P.notice(`上次未保存的 ${count} 处内容已恢复，正在保存。`, "warning");
    return kept.filter((batch) => batch.edits.length);
  };
  P.notice = (text, kind) => {
    const box = document.createElement("p");
    box.className = `message ${kind}`;
    box.setAttribute("role", "status");
    box.textContent = text;
    form.parentNode.insertBefore(box, form.parentNode.firstChild);
  };

  // Leaving the page: what is unsent goes first

  let stuck = null; // what was pressed when sending failed; pressed again it goes on as it would without script

  function hold(event, go) {
    if (leaving || event.defaultPrevented || stuck === event.target) return;
    composing = null;
    const field = document.activeElement;
    if (field && field.dataset && field.dataset.cell) typed(field, true);
    if (!P.unsent() && !P.conflicts.size()) return;
    event.preventDefault();
    if (P.conflicts.size()) return P.conflicts.focus();
    return P.whenSent((sent) => {
      stuck = sent ? null : event.target;
      if (!sent || P.conflicts.size()) return;
      leaving = true;
      go();
      setTimeout(() => (leaving = false), 3000); // a download does not leave
    });
  }
  document.addEventListener("submit", (event) => {
    const sender = event.target, button = event.submitter;
    if (sender.closest(".overlay")) return;
    hold(event, () => sender.requestSubmit(button || undefined));
    if (!event.defaultPrevented && sender === form) {
      sender.querySelector("[name=csrfmiddlewaretoken]").value = P.token();
      leaving = true;
    }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[href]");
    const plainClick = !event.button && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !plainClick || link.target || link.getAttribute("href").charAt(0) === "#") return;
    hold(event, () => location.assign(link.href));
  });
  window.addEventListener("beforeunload", (event) => {
    if ((leaving && !P.conflicts.size()) || !(P.unsent() || P.conflicts.size())) return;
    event.preventDefault();
    event.returnValue = "";
  });

  form.querySelectorAll("[data-cell]").forEach(P.learn);
  document.addEventListener("DOMContentLoaded", P.start);
})();
