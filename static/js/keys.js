/* The keyboard in the grid, after the ARIA grid pattern with cells that are always being edited:

   arrows        to the next cell, once the caret stands at the edge of the text (or all of it is selected)
   in a list     arrows move on as well, so that passing through changes nothing; Alt+↓ or Space opens it, letters choose
   Enter         down, a new row at the end; Shift+Enter or Alt+Enter breaks the line
   Esc           the text the cell had;  F2  caret to the end;  Ctrl+D  text of the cell above
   Ctrl+Z, Ctrl+Y, Ctrl+Shift+Z          undo, redo (while a cell has fresh typing: the browser's own)
   Ctrl+Delete, Alt+Shift+↑, Alt+Shift+↓  delete the row, move it */
(function () {
  "use strict";
  const P = window.Perfbudget, G = P.grid;
  if (!P.form || !G) return;
  const isText = (field) => field.tagName === "TEXTAREA";

  // On which drawn line the caret stands: long lines wrap, so line breaks alone do not tell.
  function edges(field) {
    const style = getComputedStyle(field), mirror = P.make("div", "caret-mirror"), caret = P.make("span", "", "\u200b");
    const end = P.make("span", "", "\u200b");
    ["font", "lineHeight", "letterSpacing", "padding"].forEach((name) => (mirror.style[name] = style[name]));
    mirror.style.width = `${field.clientWidth}px`;
    mirror.append(field.value.slice(0, field.selectionStart), caret, field.value.slice(field.selectionStart), end);
    document.body.append(mirror);
    const first = caret.offsetTop < parseFloat(style.paddingTop) + 4, last = caret.offsetTop >= end.offsetTop;
    mirror.remove();
    return { first, last };
  }

  function mayLeave(field, key) {
    if (!isText(field)) return true;
    const from = field.selectionStart, to = field.selectionEnd, length = field.value.length;
    if (from === 0 && to === length) return true;
    if (from !== to) return false;
    if (key === "ArrowLeft") return from === 0;
    if (key === "ArrowRight") return to === length;
    return edges(field)[key === "ArrowUp" ? "first" : "last"];
  }

  function neighbour(field, down, right) {
    const row = field.closest("tr"), rows = G.rowsOf(row.parentNode), at = G.fieldsOf(row).indexOf(field);
    const other = rows[rows.indexOf(row) + down];
    return other && G.fieldsOf(other)[at + right];
  }
  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  function arrow(field, event) {
    const row = field.closest("tr");
    if (event.altKey && event.shiftKey && STEPS[event.key][0]) {
      G.commit(field);
      G.shift(row, STEPS[event.key][0]);
      return true;
    }
    if (event.altKey || event.shiftKey || event.ctrlKey || event.metaKey || !mayLeave(field, event.key)) return false;
    const to = neighbour(field, ...STEPS[event.key]);
    if (to) G.enter(to);
    return Boolean(to) || !isText(field);
  }

  function typeBreak(field) {
    // execCommand keeps the browser's own undo; setRangeText is for browsers that drop it.
    if (!document.execCommand("insertText", false, "\n")) {
      field.setRangeText("\n", field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
    return true;
  }

  function enter(field, event) {
    if (event.ctrlKey || event.metaKey) return false;
    if (event.shiftKey) return !isText(field);
    if (event.altKey) return isText(field) ? typeBreak(field) : true;
    const below = neighbour(field, 1, 0);
    if (below) G.enter(below);
    else {
      G.commit(field);
      G.addBelow(G.tableOf(field.closest("tr")), field.closest("tr"), null, G.columnOf(field));
    }
    return true;
  }

  function escape(field) {
    const was = G.start(field);
    if (was === undefined || was === field.value) return false;
    P.write(field, was);
    P.typed(field);
    P.flush();
    return true;
  }

  function copyAbove(field) {
    const above = neighbour(field, -1, 0);
    if (!above) return true;
    G.commit(field);
    G.change([{ do: "set", path: field.dataset.cell, value: above.value }]);
    return true;
  }

  function toEnd(field) {
    if (isText(field)) field.setSelectionRange(field.value.length, field.value.length);
    return true;
  }

  function deleteRow(field) {
    G.commit(field);
    G.remove(field.closest("tr"), G.columnOf(field));
    return true;
  }

  function withCtrl(field, event) {
    const key = event.key.toLowerCase();
    if (key === "d") return copyAbove(field);
    if (key === "delete") return deleteRow(field);
    return false;
  }

  function handled(field, event) {
    if (STEPS[event.key]) return arrow(field, event);
    if (event.key === "Enter") return enter(field, event);
    if (event.key === "Escape") return escape(field);
    if (event.key === "F2") return toEnd(field);
    return (event.ctrlKey || event.metaKey) && !event.altKey ? withCtrl(field, event) : false;
  }

  // Keys that belong to an input method must neither move nor submit nor undo.
  const composing = (event) => event.isComposing || event.keyCode === 229 || P.composing();

  P.form.addEventListener("keydown", (event) => {
    const field = event.target.closest(".grid [data-cell]");
    if (field && !composing(event) && handled(field, event)) event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || event.altKey || (key !== "z" && key !== "y") || composing(event)) return;
    if (document.querySelector(".overlay")) return;
    const field = event.target.closest("input, textarea, select");
    if (field && (!field.closest(".grid") || field.value !== G.start(field))) return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) G.redo();
    else G.undo();
  });
})();
