/* Copying rows out of the grid: whoever drags over rows, from number to number, gets their cells as a spreadsheet wants
   them, not the words of the buttons. */
(function () {
  "use strict";
  const P = window.Perfbudget, G = P.grid;
  if (!P.form || !G) return;

  const bodyAt = (node) => {
    const element = node && (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);
    return element && element.closest("table.grid tbody");
  };

  function chosen() {
    const selection = document.getSelection(), body = bodyAt(selection.anchorNode);
    if (selection.isCollapsed || !body || body !== bodyAt(selection.focusNode)) return [];
    return G.rowsOf(body).filter((row) => selection.containsNode(row, true));
  }

  const texts = (row) => G.fieldsOf(row).map((field) => field.value);
  const quoted = (text) => (/[\n\t"]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  const SAFE = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "<br>" };
  // Told to be text, "≥95%" stays as it is and "=1+1" is not reckoned.
  const td = (text) => `<td style="mso-number-format:'\\@'">${text.replace(/[&<>"\n]/g, (sign) => SAFE[sign])}</td>`;

  document.addEventListener("copy", (event) => {
    const rows = event.target.closest && event.target.closest("textarea, input, select") ? [] : chosen();
    if (!rows.length || !event.clipboardData) return;
    event.preventDefault();
    const cells = rows.map(texts);
    event.clipboardData.setData("text/plain", cells.map((line) => `${line.map(quoted).join("\t")}\r\n`).join(""));
    event.clipboardData.setData("text/html", `<table>${cells.map((line) => `<tr>${line.map(td).join("")}</tr>`).join("")}</table>`);
  });
})();
