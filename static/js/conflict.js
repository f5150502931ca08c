/* Cells that somebody else changed meanwhile: both texts near the top of the page, one press each.

   The box takes no focus from somebody who is typing; a conflict once shown is never drawn anew, so nothing blinks. */
(function () {
  "use strict";
  const P = window.Perfbudget;
  if (!P.form) return;
  const open = new Map(); // path → conflict, with the parts of it that are drawn
  let box = null, heading = null;

  function make(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  }
  P.make = make;

  function title() {
    heading.textContent = `${open.size} 处在您填写时被别人或另一个窗口改过`;
  }

  function drawBox() {
    if (box) return;
    box = make("section", "card conflict");
    box.id = "save-conflicts";
    box.setAttribute("role", "alert");
    heading = make("h2");
    heading.tabIndex = -1;
    box.append(heading, make("p", "", "两个内容都在这里，请每处选一个。其余内容已经保存。"));
    P.form.parentNode.insertBefore(box, P.form);
  }

  function choice(conflict, which, owner, text) {
    const part = make("div", "version");
    const value = make("p", "text", text || "（空）");
    const button = make("button", which === "mine" ? "primary" : "", which === "mine" ? "用我填写的" : "用对方保存的");
    button.type = "button";
    button.setAttribute("aria-label", `${conflict.label}：${button.textContent}`);
    button.addEventListener("click", () => choose(conflict, which));
    part.append(make("strong", "", owner), value, button);
    conflict.drawn[which] = value;
    return part;
  }

  function draw(conflict) {
    drawBox();
    const part = make("fieldset");
    conflict.drawn = { part: part };
    part.dataset.conflict = conflict.path;
    part.append(make("legend", "", conflict.label));
    part.append(choice(conflict, "mine", "我填写的", conflict.mine));
    part.append(choice(conflict, "theirs", `${conflict.by} ${conflict.row ? "" : "保存的"}`.trim(), conflict.theirs));
    box.append(part);
  }

  function add(conflict) {
    const before = open.get(conflict.path);
    if (before) {
      before.theirs = before.drawn.theirs.textContent = conflict.theirs;
      return;
    }
    open.set(conflict.path, conflict);
    draw(conflict);
    title();
    const at = document.activeElement;
    if (!at || !at.dataset.cell) P.conflicts.focus();
  }

  function choose(conflict, which) {
    const parts = Array.from(box.querySelectorAll("fieldset")), at = parts.indexOf(conflict.drawn.part);
    open.delete(conflict.path);
    conflict.drawn.part.remove();
    title();
    if (which === "mine") keepMine(conflict);
    else takeTheirs(conflict);
    P.store();
    P.showState();
    const following = parts[at + 1] || parts[at - 1];
    if (following) return following.querySelector("button").focus();
    box.remove();
    box = null;
    const field = P.field(conflict.path) || P.form.querySelector("[data-cell]");
    return field && field.focus();
  }

  function keepMine(conflict) {
    if (conflict.edit && conflict.edit.do === "delete") P.queue([conflict.edit]);
    else if (conflict.row) P.queue([rowBack(conflict)]);
    else P.queue([{ do: "set", path: conflict.path, value: conflict.mine }]);
  }

  function takeTheirs(conflict) {
    if (conflict.row) {
      if (P.rows) P.rows.apply([{ do: "delete", table: conflict.row[1], id: conflict.row[2] }]);
    } else if (conflict.edit && conflict.edit.do === "delete") {
      if (P.rows) P.rows.apply([Object.assign({}, conflict.edit, conflict.edit.was, { do: "add", cells: knownCells(conflict.path) })]);
    } else {
      P.show(conflict.path, conflict.theirs);
    }
  }

  function knownCells(row) {
    const cells = {};
    P.known.forEach((text, path) => {
      if (path.indexOf(`${row}.`) === 0) cells[path.slice(row.length + 1)] = text;
    });
    return cells;
  }

  function rowBack(conflict) {
    const [, table, id] = conflict.row, here = P.rows && P.rows.read(table, id);
    if (!here && P.rows) P.rows.apply([{ do: "add", table, id, after: null, cells: conflict.cells }]);
    const again = (P.rows && P.rows.read(table, id)) || { after: null, cells: conflict.cells };
    return { do: "add", table, id, after: again.after, cells: again.cells };
  }

  // Somebody took the row out while this page wrote into it.
  function gone(path, cells, base) {
    const row = path.match(/^(\w+)\[([\w-]+)\]$/), here = P.rows && P.rows.read(row[1], row[2]);
    const all = here ? here.cells : cells;
    const texts = Object.keys(all).map((name) => all[name]).filter((text) => text);
    add({
      path, base, row, cells: all, label: here ? `第 ${here.number} 行` : "一行",
      mine: texts.join("；"), theirs: "（已删除此行）", by: "别人或另一个窗口",
    });
  }

  // A conflict outlives a reload as edits from the version it arose at: sent again, it arises again.
  P.held = () => Array.from(open.values(), (one) => ({
    version: one.base, operation: "",
    edits: one.row
      ? Object.keys(one.cells).map((name) => ({ do: "set", path: `${one.path}.${name}`, value: one.cells[name] }))
      : [one.edit && one.edit.do === "delete" ? one.edit : { do: "set", path: one.path, value: one.mine }],
  }));

  P.conflicts = {
    size: () => open.size,
    has: (path) => open.has(path) || open.has(path.split(".")[0]),
    add, gone,
    mine: (path, value) => {
      const one = open.get(path);
      if (one) one.mine = one.drawn.mine.textContent = value;
    },
    focus: () => {
      heading.scrollIntoView({ block: "center" });
      heading.focus();
    },
  };
})();
