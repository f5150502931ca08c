/* What is still missing or wrong: the counts in the outline, the list of this step, the words beside the fields. */
(function () {
  "use strict";
  const P = window.Perfbudget;
  if (!P.form) return;
  const waiting = new Map(); // path → findings that wait until the person leaves the field
  const list = document.querySelector("#step-findings [data-list]");

  function counts(steps) {
    Object.keys(steps).forEach((key) => {
      const count = document.querySelector(`nav.outline li[data-step="${key}"] .count`);
      if (!count) return;
      count.className = `count ${steps[key] ? "error" : "good"}`;
      count.textContent = steps[key] ? `${steps[key]} 处待改` : "已填好";
    });
  }

  const target = (path) => P.field(path) || document.getElementById(`table-${path}`);

  function item(finding) {
    const line = P.make("li", finding.severity), at = target(finding.path);
    const link = P.make("a", "", finding.label || (at.dataset.cell ? P.labelOf(at) : at.querySelector("table").getAttribute("aria-label")));
    link.href = `#${at.id}`;
    line.append(link, `：${finding.message}`);
    return line;
  }

  function drawList(said) {
    const lines = said.filter((one) => target(one.path)).map(item);
    if (!lines.length) lines.push(P.make("li", "good", "本步已填好。"));
    const before = Array.from(list.children, (line) => line.outerHTML).join("");
    if (before === lines.map((line) => line.outerHTML).join("")) return; // do not pull a link from under a finger
    list.textContent = "";
    list.append(...lines);
  }

  // Where the words about a field stand: its table cell, or the help under it.
  function place(field) {
    const cell = field.closest("td");
    if (cell) return cell;
    let help = document.getElementById(`${field.id}_helptext`);
    if (!help) {
      help = P.make("div", "form-text");
      help.id = `${field.id}_helptext`;
      field.parentNode.append(help);
    }
    return help;
  }

  // What is wrong, and where a check knows what was meant, a button that puts that in.
  function words(one) {
    const span = P.make("span", `said ${one.severity}`, one.beside || one.message);
    if (!one.mend) return span;
    const short = one.mend.length > 24 ? `${one.mend.slice(0, 23)}…` : one.mend;
    const button = P.make("button", "mend quiet", `改为“${short}”`);
    button.type = "submit";
    button.name = "do";
    button.value = `mend:${one.code}:${one.path}`;
    button.dataset.mend = one.mend;
    span.append(" ", button);
    return span;
  }

  P.form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-mend]");
    if (!button) return;
    const field = P.field(button.value.slice(button.value.indexOf(":", 5) + 1));
    if (!field) return;
    event.preventDefault();
    field.value = button.dataset.mend;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    field.focus();
  });

  function draw(field, findings) {
    const at = place(field), old = Array.from(at.querySelectorAll(".said"));
    const spans = findings.map(words);
    const same = old.length === spans.length && old.every((span, n) => span.textContent === spans[n].textContent);
    if (!same) {
      old.forEach((span) => span.remove());
      at.append(...spans);
    }
    if (findings.length) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    if (at.tagName !== "TD") return;
    at.classList.toggle("wrong", findings.length > 0);
    at.classList.toggle("error", findings.some((one) => one.severity === "error"));
  }

  P.say = (path, findings) => {
    const field = P.field(path);
    if (!field) return;
    if (field === document.activeElement || field === P.composing()) waiting.set(path, findings);
    else draw(field, findings);
  };
  // Words that come while a button is being pressed would push it from under the pointer, and the press would be lost.
  let pressing = false, held = null, left = [];
  function released() {
    const fields = left;
    pressing = false;
    left = [];
    fields.forEach(P.sayLate);
    if (held) P.found(held);
  }
  document.addEventListener("pointerdown", () => (pressing = true), true);
  ["pointerup", "pointercancel"].forEach((kind) => document.addEventListener(kind, () => setTimeout(released, 50), true));
  window.addEventListener("blur", released);

  P.sayLate = (field) => {
    if (pressing) {
      left.push(field);
      return;
    }
    const path = field.dataset.cell;
    if (!waiting.has(path)) return;
    draw(field, waiting.get(path));
    waiting.delete(path);
  };

  P.found = (missing) => {
    held = pressing ? missing : null;
    if (pressing) return;
    counts(missing.steps);
    if (list) drawList(missing.said);
    const said = new Map();
    missing.said.filter((one) => !one.empty).forEach((one) => said.set(one.path, (said.get(one.path) || []).concat(one)));
    P.form.querySelectorAll("[data-cell]").forEach((field) => {
      const path = field.dataset.cell;
      if (!P.isRefused(path)) P.say(path, said.get(path) || []);
    });
  };
})();
