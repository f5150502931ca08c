/* Pasting a block into the grid: shown first, nothing changes before it is confirmed, then one step to undo. */
(function () {
  "use strict";
  const P = window.Perfbudget, G = P.grid, block = window.ClipboardBlock;
  if (!P.form || !G) return;
  const make = P.make, MOST_ROWS = 2000, SHOWN = 100;
  const SIGNS = { "≥": ">=", "≧": ">=", "≤": "<=", "≦": "<=", "＞": ">", "＜": "<", "＝": "=", ">=": "≥", "<=": "≤" };

  function columnsOf(table) {
    return Array.from(table.querySelectorAll("th[data-column]"), (head) => ({
      name: head.dataset.column, kind: head.dataset.kind, label: head.firstChild.textContent.trim(),
    }));
  }

  // Which column of the grid each column of the block goes to; null where it has none.
  function aim(rows, columns, start) {
    const named = block.headerOf(rows, columns.map((one) => one.label));
    return {
      header: Boolean(named),
      to: named || rows[0].map((cell, index) => (start + index < columns.length ? start + index : null)),
    };
  }

  function fit(field, text) {
    if (field.tagName !== "SELECT" || !text) return text;
    const offered = Array.from(field.options, (one) => one.value);
    if (offered.indexOf(text) >= 0) return text;
    return offered.indexOf(SIGNS[text]) >= 0 ? SIGNS[text] : text;
  }

  function withParent(cells) {
    const parents = G.tree.filter((one) => one[1].indexOf(cells.level2) >= 0);
    if (cells.level2 && cells.level1 === "" && parents.length) cells.level1 = parents[0][0];
    return cells;
  }

  // What pasting would do, line by line: {row, cells: [{column, old, text}]}; row is null for a line to be added.
  function plan(parsed, field) {
    const row = field.closest("tr"), table = row.closest("table"), columns = columnsOf(table);
    const target = aim(parsed.rows, columns, G.fieldsOf(row).indexOf(field));
    const skip = target.header ? 1 : 0;
    const merges = parsed.merges.map((one) => Object.assign({}, one, { row: one.row - skip }));
    const levels = ["level1", "level2"].map((kind) => target.to.findIndex((at) => at !== null && columns[at].kind === kind));
    const lines = block.fillLevels(parsed.rows.slice(skip), levels, merges);
    const rows = G.rowsOf(row.parentNode), first = rows.indexOf(row);
    const result = lines.map((line, index) => {
      const at = rows[first + index] || null, sample = G.fieldsOf(at || row);
      const cells = {};
      target.to.forEach((to, from) => {
        if (to !== null) cells[columns[to].name] = fit(sample[to], line[from]);
      });
      const old = (name) => (at ? P.field(G.pathOf(at, name)).value : "");
      const full = withParent(cells);
      return { row: at, cells: Object.keys(full).map((name) => ({ column: name, old: old(name), text: full[name] })) };
    });
    const used = target.to.filter((to) => to !== null).map((to) => columns[to]);
    const lost = parsed.rows[0].filter((cell, from) => target.to[from] === null && parsed.rows[0][from] !== "序号").length;
    return { table: table.dataset.table, last: rows[rows.length - 1], lines: result, columns: used, header: target.header, lost };
  }

  const replaces = (cell) => cell.old !== "" && cell.old !== cell.text;

  function edits(planned) {
    const list = [];
    let after = planned.last.dataset.row;
    planned.lines.forEach((line) => {
      if (line.row) {
        line.cells.filter((cell) => cell.old !== cell.text).forEach((cell) => {
          list.push({ do: "set", path: G.pathOf(line.row, cell.column), value: cell.text });
        });
        return;
      }
      const id = G.newRowId(), cells = planned.columns.some((one) => one.kind === "level2") ? {} : G.levels(planned.last);
      line.cells.forEach((cell) => (cells[cell.column] = cell.text));
      list.push({ do: "add", table: planned.table, id, after, cells });
      after = id;
    });
    return list;
  }

  // The preview

  function drawCell(cell) {
    const at = make("td", replaces(cell) ? "will-change" : "");
    if (replaces(cell)) at.append(make("del", "", cell.old), make("br"));
    at.append(make(replaces(cell) ? "ins" : "span", "", cell.text || (replaces(cell) ? "（清空）" : "")));
    return at;
  }

  function drawTable(planned) {
    const table = make("table"), head = make("tr"), part = make("tbody"), top = make("thead");
    head.append(make("th", "", "行"), ...planned.columns.map((one) => make("th", "", one.label)));
    planned.lines.slice(0, SHOWN).forEach((line) => {
      const row = make("tr", line.row ? "" : "added");
      row.append(make("th", "", line.row ? line.row.cells[0].textContent : "新增"));
      row.append(...planned.columns.map((one) => drawCell(line.cells.find((cell) => cell.column === one.name))));
      part.append(row);
    });
    top.append(head);
    table.append(top, part);
    return table;
  }

  function counts(planned) {
    const over = planned.lines.reduce((sum, line) => sum + line.cells.filter(replaces).length, 0);
    const added = planned.lines.filter((line) => !line.row).length;
    const said = [`${planned.lines.length} 行 ${planned.columns.length} 列，覆盖 ${over} 个已有内容，新增 ${added} 行`];
    if (planned.header) said.push("第一行是栏目名称，不粘贴");
    if (planned.lost) said.push(`有 ${planned.lost} 列没有对应的栏目，不会粘贴`);
    if (planned.lines.length > SHOWN) said.push(`下面只列出前 ${SHOWN} 行`);
    return `${said.join("；")}。`;
  }

  function button(text, className, press) {
    const made = make("button", className, text);
    made.type = "button";
    made.addEventListener("click", press);
    return made;
  }

  function preview(planned, field, whole) {
    let dialog = null;
    const close = (act) => () => {
      dialog.close();
      if (act) act();
    };
    dialog = P.dialog("粘贴预览", "paste", close(null));
    const scroll = make("div", "scroll"), buttons = make("div", "buttons");
    scroll.tabIndex = 0;
    scroll.append(drawTable(planned));
    const sure = button("确定粘贴", "primary", close(() => put(planned, field)));
    buttons.append(sure, button("取消", "quiet", close(null)));
    if (whole) buttons.append(button("作为一段文字填入这一格", "quiet", close(() => insert(field, whole))));
    dialog.card.append(make("p", "counts", counts(planned)), scroll, buttons);
    sure.focus();
  }

  function put(planned, field) {
    const list = edits(planned);
    if (list.length) G.change(list);
    if (field.isConnected) G.enter(field);
  }

  function insert(field, text) {
    field.focus();
    if (field.tagName === "SELECT") return pick(field, fit(field, text));
    if (!document.execCommand("insertText", false, text)) {
      field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
    return undefined;
  }
  function pick(field, text) {
    if (Array.from(field.options).some((one) => one.value === text)) G.change([{ do: "set", path: field.dataset.cell, value: text }]);
  }

  // While a list has the focus, browsers send the event to whatever was marked last, anywhere in the page.
  document.addEventListener("paste", (event) => {
    const field = document.activeElement.closest(".grid [data-cell]"), clipboard = event.clipboardData;
    if (!field || !clipboard || P.composing()) return;
    const text = clipboard.getData("text/plain"), parsed = block.parseClipboard(text, clipboard.getData("text/html"));
    if (!parsed) return;
    event.preventDefault();
    // One cell of a spreadsheet: its text, without the quotes and the line end around it.
    if (parsed.rows.length === 1 && parsed.rows[0].length === 1) return insert(field, parsed.rows[0][0]);
    if (parsed.rows.length > MOST_ROWS) return P.notice(`一次最多粘贴 ${MOST_ROWS} 行。`, "error");
    G.commit(field);
    const planned = plan(parsed, field), one = parsed.rows[0].length === 1 && field.tagName === "TEXTAREA";
    return planned.lines.length && preview(planned, field, one ? parsed.rows.map((row) => row[0]).join("\n") : "");
  });
})();
