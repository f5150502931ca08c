// @ts-check
/* A sheet under review, by key: J and K to the next and previous sheet of the queue, N to the next finding, R to write
   a remark; and who else has this sheet open. */

const LOOK_MS = 60000;
/** @type {HTMLElement[]} */
const findings = Array.from(document.querySelectorAll("[data-finding]"));
let position = -1;

/** @param {string} rel */
function followLink(rel) {
  /** @type {HTMLElement | null} */
  const link = document.querySelector(`nav a[rel="${rel}"]`);
  if (link) link.click();
}

function goToNextFinding() {
  if (!findings.length) return;
  position = (position + 1) % findings.length;
  const link = findings[position].querySelector("a");
  findings[position].scrollIntoView({ block: "nearest" });
  (link || findings[position]).focus();
  const cell = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (cell) cell.scrollIntoView({ block: "center" });
}

function goToRemark() {
  const field = document.getElementById("remark-text");
  if (field) field.focus();
}

/** @type {Map<string, () => void>} */
const ACTIONS = new Map([
  ["j", () => followLink("next")],
  ["k", () => followLink("prev")],
  ["n", goToNextFinding],
  ["r", goToRemark],
]);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]")) return;
  const action = ACTIONS.get(event.key.toLowerCase());
  if (!action) return;
  event.preventDefault();
  action();
});

/** Tell that this person looks at the sheet, and show who else does. @param {HTMLElement} line @param {string} token */
async function showOthers(line, token) {
  if (document.hidden) return;
  const headers = { "X-CSRFToken": token, Accept: "application/json" };
  try {
    const answer = await fetch(line.dataset.look || "", { method: "POST", headers, credentials: "same-origin" });
    const { others } = answer.ok ? await answer.json() : { others: [] };
    line.hidden = !others.length;
    line.textContent = others.length ? `${others.join("、")}也在查看这张表。` : "";
  } catch (error) {
    // The next look tells.
  }
}

const line = document.getElementById("others");
/** @type {HTMLInputElement | null} */
const token = document.querySelector("[name=csrfmiddlewaretoken]");
if (line && token) {
  showOthers(line, token.value);
  setInterval(showOthers, LOOK_MS, line, token.value);
}
