/* The indicator grid: rows that come, go and move without loading the page, and undoing of all that.

   Every change is a list of edits, the same that the queue sends; its inverse is such a list too. */
(function () {
  "use strict";
  const P = window.Perfbudget;
  if (!P.form) return;
  const MOST_STEPS = 200;
  const done = [], undone = []; // steps {undo: edits, redo: edits}
  const starts = new WeakMap(); // field → its text when the person came to it
  const island = document.getElementById("tree");
  const tree = island ? JSON.parse(island.textContent) : [];

  const bodyOf = (table) => P.form.querySelector(`table.grid[data-table="${table}"] tbody`);
  const rowOf = (table, id) => document.getElementById(`row-${table}-${id}`) || null;
  const tableOf = (row) => row.closest("table").dataset.table;
  const rowsOf = (body) => Array.from(body.querySelectorAll("tr[data-row]"));
  const fieldsOf = (row) => Array.from(row.querySelectorAll("[data-cell]"));
  const columnOf = (field) => field.dataset.cell.split(".")[1];
  const pathOf = (row, column) => `${tableOf(row)}[${row.dataset.row}].${column}`;
  const newRowId = () => `r${P.newId().slice(0, 10)}`;

  function read(table, id) {
    const row = rowOf(table, id);
    if (!row) return null;
    const cells = {}, before = row.previousElementSibling;
    fieldsOf(row).forEach((field) => (cells[columnOf(field)] = field.value));
    return { cells, after: before ? before.dataset.row : "", number: rowsOf(row.parentNode).indexOf(row) + 1 };
  }

  // Showing edits in the page

  function blank(table, id) {
    const copy = document.importNode(document.getElementById(`new-${table}`).content, true);
    const row = copy.querySelector("tr");
    [row, ...row.querySelectorAll("*")].forEach((element) => {
      Array.from(element.attributes).forEach((one) => {
        if (one.value.indexOf("NEW") >= 0) element.setAttribute(one.name, one.value.replace(/\bNEW\b/g, id));
      });
    });
    return row;
  }

  function placeAfter(body, row, after) {
    const before = after ? rowOf(body.closest("table").dataset.table, after) : null;
    if (after === "") body.insertBefore(row, body.firstElementChild);
    else body.insertBefore(row, before ? before.nextElementSibling : null);
  }

  function showAdd(edit) {
    const row = blank(edit.table, edit.id);
    placeAfter(bodyOf(edit.table), row, edit.after);
    // A new row begins with what its columns always begin with: that stands in the template, and the server puts it too.
    const cells = edit.cells || {};
    fieldsOf(row).forEach((field) => {
      P.write(field, columnOf(field) in cells ? cells[columnOf(field)] : field.value, true);
      P.settle(field);
    });
  }

  // Whether the edit could be shown; a row may be gone by the time of an undo.
  function show(edit) {
    const row = rowOf(edit.table, edit.id);
    if (!bodyOf(edit.table) || (edit.do === "add") === Boolean(row)) return false;
    if (edit.do === "add") showAdd(edit);
    if (edit.do === "delete") row.remove();
    if (edit.do === "move") placeAfter(bodyOf(edit.table), row, edit.after);
    return true;
  }

  function tidy(table) {
    const rows = rowsOf(bodyOf(table));
    rows.forEach((row, index) => {
      const number = String(index + 1);
      if (row.cells[0].textContent === number) return;
      row.cells[0].textContent = number;
      row.querySelectorAll("[aria-label]").forEach((one) => {
        one.setAttribute("aria-label", one.getAttribute("aria-label").replace(/第 \d+ 行/, `第 ${number} 行`));
      });
    });
    const empty = document.getElementById(`empty-${table}`);
    if (empty) empty.hidden = rows.length > 0;
    P.grow(rows.reduce((all, row) => all.concat(fieldsOf(row)), []));
  }

  function apply(edits) {
    const shown = edits.filter(show);
    new Set(shown.map((edit) => edit.table)).forEach(tidy);
    return shown;
  }

  // Doing and undoing

  function inverse(edit) {
    if (edit.do === "set") return { do: "set", path: edit.path, value: P.field(edit.path).value };
    const was = read(edit.table, edit.id);
    if (edit.do === "add") return { do: "delete", table: edit.table, id: edit.id };
    if (edit.do === "move") return { do: "move", table: edit.table, id: edit.id, after: was.after };
    return { do: "add", table: edit.table, id: edit.id, after: was.after, cells: was.cells };
  }

  function possible(edit) {
    if (edit.do === "set") return Boolean(P.field(edit.path));
    return (edit.do === "add") !== Boolean(rowOf(edit.table, edit.id));
  }

  // Shows and queues the edits in one batch; gives back the edits that undo them.
  function perform(edits) {
    const back = [], touched = new Set(), written = [];
    edits.filter(possible).forEach((edit) => {
      back.unshift(inverse(edit));
      if (edit.do === "set") {
        const field = P.field(edit.path);
        P.write(field, edit.value, true);
        starts.set(field, field.value);
        written.push(field);
        P.typed(field);
        return;
      }
      const sent = edit.do === "delete" ? Object.assign({ was: read(edit.table, edit.id) }, edit) : edit;
      show(edit);
      P.queue([sent], true);
      touched.add(edit.table);
    });
    touched.forEach(tidy);
    P.grow(written);
    P.flush();
    return back;
  }

  function remember(step) {
    done.push(step);
    undone.length = 0;
    if (done.length > MOST_STEPS) done.shift();
  }
  function change(edits) {
    remember({ undo: perform(edits), redo: edits });
  }

  function go(from, to, which) {
    const step = from.pop();
    if (!step) return;
    perform(step[which]);
    to.push(step);
    const seen = step[which][0], address = seen.do === "set" ? seen.path : "";
    const row = rowOf(seen.table, seen.id) || bodyOf(seen.table || "indicators");
    const field = P.field(address) || (row && row.querySelector("[data-cell]"));
    if (field) enter(field);
  }

  // A cell's text becomes a step of its own when the person leaves it or picks from a list.
  function commit(field) {
    const from = starts.get(field), to = field.value;
    if (from === undefined || from === to) return;
    starts.set(field, to);
    const path = field.dataset.cell, step = { undo: [{ do: "set", path, value: from }], redo: [{ do: "set", path, value: to }] };
    const parent = parentOf(field);
    if (parent) {
      step.redo.push(parent);
      step.undo.push(...perform([parent]));
    }
    remember(step);
  }

  // A second-level name says which first-level name it belongs to.
  function parentOf(field) {
    const row = field.closest("tr"), first = P.field(pathOf(row, "level1"));
    if (columnOf(field) !== "level2" || !first || !field.value) return null;
    const parents = tree.filter((one) => one[1].indexOf(field.value) >= 0).map((one) => one[0]);
    if (!parents.length || parents.indexOf(first.value) >= 0) return null;
    return { do: "set", path: first.dataset.cell, value: parents[0] };
  }

  // What the buttons and keys of a row do

  function levels(row) {
    const cells = {};
    const heads = row ? Array.from(row.closest("table").querySelectorAll("th[data-merge]")) : [];
    heads.map((head) => head.dataset.column).forEach((name) => (cells[name] = (P.field(pathOf(row, name)) || { value: "" }).value));
    return Object.keys(cells).reduce((kept, name) => (cells[name] ? Object.assign(kept, { [name]: cells[name] }) : kept), {});
  }
  function addBelow(table, row, cells, column) {
    const id = newRowId();
    change([{ do: "add", table, id, after: row ? row.dataset.row : "", cells: cells || levels(row) }]);
    const fields = fieldsOf(rowOf(table, id));
    enter(fields.find((field) => columnOf(field) === column) || fields.find((field) => !field.value) || fields[0]);
  }
  function remove(row, column) {
    const next = row.nextElementSibling || row.previousElementSibling, table = tableOf(row);
    change([{ do: "delete", table, id: row.dataset.row }]);
    const fields = next ? fieldsOf(next) : [];
    const field = fields.find((one) => columnOf(one) === column) || fields[0];
    if (field) enter(field);
    else P.form.querySelector('[data-do="add"]').focus();
  }
  function shift(row, step) {
    const rows = rowsOf(row.parentNode), to = rows.indexOf(row) + step;
    if (to < 0 || to >= rows.length) return;
    const after = step > 0 ? rows[to] : rows[to - 1], focus = document.activeElement;
    change([{ do: "move", table: tableOf(row), id: row.dataset.row, after: after ? after.dataset.row : "" }]);
    focus.focus(); // moving a row in the page takes the focus from it
  }
  function enter(field) {
    field.focus();
    if (field.select) field.select();
  }

  const actions = {
    add: (row, body) => addBelow(body.closest("table").dataset.table, row || body.lastElementChild),
    copy: (row) => addBelow(tableOf(row), row, read(tableOf(row), row.dataset.row).cells),
    delete: (row) => remove(row),
    up: (row) => shift(row, -1),
    down: (row) => shift(row, 1),
  };
  P.form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (!button) {
      const cell = event.target.closest(".grid td"), field = cell && cell.querySelector("[data-cell]");
      if (field && event.target === cell) field.focus(); // the cell is taller than its field
      return;
    }
    event.preventDefault();
    const row = button.closest("tr");
    actions[button.dataset.do](row, row ? row.parentNode : bodyOf(button.dataset.table || "indicators"));
  });
  const gridField = (event) => event.target.closest(".grid [data-cell]");
  P.form.addEventListener("focusin", (event) => gridField(event) && starts.set(gridField(event), gridField(event).value));
  P.form.addEventListener("change", (event) => gridField(event) && commit(gridField(event)));
  P.form.addEventListener("focusout", (event) => gridField(event) && commit(gridField(event)));

  // Rows that others added, took out or moved: the page follows, except where the person is at work.

  function arrange(table, ids, texts, base) {
    const body = bodyOf(table);
    if (!body) return;
    const wanted = new Set(ids);
    const ours = (id) => P.isWaiting((edit) => edit.do === "add" && edit.id === id) || P.conflicts.has(`${table}[${id}]`);
    rowsOf(body).filter((row) => !wanted.has(row.dataset.row) && !ours(row.dataset.row)).forEach((row) => {
      if (row.contains(document.activeElement) || P.withdraw(`${table}[${row.dataset.row}]`)) {
        P.conflicts.gone(`${table}[${row.dataset.row}]`, {}, base);
      } else row.remove();
    });
    ids.forEach((id, index) => follow(table, id, ids[index - 1] || "", texts, wanted));
    tidy(table);
  }

  function follow(table, id, after, texts, wanted) {
    const start = `${table}[${id}].`, row = rowOf(table, id);
    const inFlight = P.isWaiting((edit) => edit.id === id && edit.do !== "add");
    if (row || inFlight) {
      // Rows that only this page has yet, or still, stay where they are between the others.
      let before = row && row.previousElementSibling;
      while (before && !wanted.has(before.dataset.row)) before = before.previousElementSibling;
      const right = row && (before ? before.dataset.row : "") === after;
      if (row && !right && !inFlight && !row.contains(document.activeElement)) placeAfter(row.parentNode, row, after);
      return;
    }
    const cells = {};
    Object.keys(texts).filter((path) => path.indexOf(start) === 0).forEach((path) => (cells[path.slice(start.length)] = texts[path]));
    if (!Object.keys(cells).length) return; // a row of the form that this grid does not show
    showAdd({ table, id, after, cells });
    fieldsOf(rowOf(table, id)).forEach(P.learn);
  }

  P.rows = { apply, read, arrange };
  P.grid = {
    change, commit, enter, addBelow, remove, shift, fieldsOf, rowsOf, rowOf, columnOf, pathOf, tableOf, newRowId, tree, levels,
    undo: () => go(done, undone, "undo"),
    redo: () => go(undone, done, "redo"),
    start: (field) => starts.get(field),
  };
  document.querySelectorAll(".no-script-hide").forEach((note) => (note.hidden = false));
})();
