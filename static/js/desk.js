/* The review desk by key: J and K to the next and previous sheet, N to the next finding, R to write a remark; and who
   else has this sheet open. */
(function () {
  "use strict";
  const EVERY_MS = 60000;
  const findings = Array.from(document.querySelectorAll("[data-finding]"));
  let at = -1;

  function follow(rel) {
    const link = document.querySelector(`nav a[rel="${rel}"]`);
    if (link) link.click();
  }

  function nextFinding() {
    if (!findings.length) return;
    at = (at + 1) % findings.length;
    const link = findings[at].querySelector("a");
    findings[at].scrollIntoView({ block: "nearest" });
    (link || findings[at]).focus();
    const cell = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (cell) cell.scrollIntoView({ block: "center" });
  }

  const keys = {
    j: () => follow("next"),
    k: () => follow("prev"),
    n: nextFinding,
    r: () => document.getElementById("remark-text") && document.getElementById("remark-text").focus(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const action = keys[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  });

  const line = document.getElementById("others");
  if (!line) return;
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  function look() {
    if (document.hidden) return;
    const headers = { "X-CSRFToken": token.value, Accept: "application/json" };
    fetch(line.dataset.look, { method: "POST", headers, credentials: "same-origin" })
      .then((answer) => (answer.ok ? answer.json() : { others: [] }))
      .then(({ others }) => {
        line.hidden = !others.length;
        line.textContent = others.length ? `${others.join("、")}也在查看这张表。` : "";
      })
      .catch(() => {}); // the next look tells
  }
  if (!token) return;
  look();
  setInterval(look, EVERY_MS);
})();
