// @ts-check
/* What is still missing or wrong: the counts in the outline, the list of this step, the words beside the fields. */
import { plainText } from "./conflict-merging.js";
import { closestTo, fieldsIn, make, pathOf, placeOfWords } from "./dom.js";

/** @import { StepFields } from "./step-fields.js" */
/** @import { Field, Finding, Missing } from "./types.js" */

const AFTER_PRESS_MS = 50;
/** The worst first. */
const SEVERITIES = ["error", "warning", "note"];

export class Findings {
  /** @param {HTMLFormElement} form @param {StepFields} fields */
  constructor(form, fields) {
    this.form = form;
    this.fields = fields;
    this.list = document.querySelector("#step-findings [data-list]");
    /** @type {Map<string, Finding[]>} path → findings that wait until the person leaves the field */
    this.deferred = new Map();
    // Words that come while a button is pressed would push it from under the pointer, and the press would be lost.
    this.isPressing = false;
    /** @type {Missing | null} */
    this.heldMissing = null;
    /** @type {Finding[]} all findings of the sheet, as far as the server has told them */
    this.all = [];
    /** @type {number | null} the version that they are of; null until the server has told all */
    this.version = null;
    /** @type {Field[]} */
    this.heldFields = [];
    this.watchPointer();
    form.addEventListener("click", (event) => this.takeOffer(event));
  }

  watchPointer() {
    const release = () => this.release();
    document.addEventListener("pointerdown", () => (this.isPressing = true), true);
    ["pointerup", "pointercancel"].forEach((kind) => {
      document.addEventListener(kind, () => setTimeout(release, AFTER_PRESS_MS), true);
    });
    window.addEventListener("blur", release);
  }

  release() {
    const fields = this.heldFields, missing = this.heldMissing;
    this.isPressing = false;
    this.heldFields = [];
    fields.forEach((field) => this.showDeferred(field));
    if (missing) this.show(missing);
  }

  /**
   * What the server says after a save: all findings, or those at the paths where they changed.
   * @param {Missing} missing @param {number} version that it is of
   */
  take(missing, version) {
    const replaced = new Set(missing.paths || []);
    this.all = missing.paths ? [...this.all.filter((one) => !replaced.has(one.path)), ...missing.said] : missing.said;
    this.version = version;
    this.show({ steps: missing.steps, said: this.all });
  }

  /** @param {Missing} missing */
  show(missing) {
    this.heldMissing = this.isPressing ? missing : null;
    if (this.isPressing) return;
    drawCounts(missing.steps);
    if (this.list) this.drawList(this.list, missing.said);
    /** @type {Map<string, Finding[]>} */
    const byPath = new Map();
    // An empty cell is said in the list; beside the field it would only nag while it is being filled.
    missing.said.filter((one) => !one.empty).forEach((one) => {
      byPath.set(one.path, [...(byPath.get(one.path) || []), one]);
    });
    fieldsIn(this.form).map(pathOf).forEach((path) => {
      if (!this.fields.refused.has(path)) this.showAt(path, byPath.get(path) || []);
    });
  }

  /** Say it beside a field, at once or when the person leaves it. @param {string} path @param {Finding[]} findings */
  showAt(path, findings) {
    const field = this.fields.find(path);
    if (!field) return;
    if (this.fields.isBusy(field)) this.deferred.set(path, findings);
    else drawBeside(field, findings);
  }

  /** @param {Field} field that the person has left */
  showDeferred(field) {
    if (this.isPressing) {
      this.heldFields.push(field);
      return;
    }
    const path = pathOf(field), findings = this.deferred.get(path);
    if (!findings) return;
    drawBeside(field, findings);
    this.deferred.delete(path);
  }

  // The list of the step

  /** The field or the table that a finding is about. @param {string} path @returns {HTMLElement | null} */
  targetOf(path) {
    return this.fields.find(path) || document.getElementById(`table-${path}`);
  }

  /** The row of a finding about a cell of a table, else what it is about. @param {string} path */
  placeOf(path) {
    const target = this.targetOf(path);
    return target && path.includes("[") ? target.closest("tr") || target : target;
  }

  /** @param {Finding} finding @param {HTMLElement} target */
  labelOf(finding, target) {
    if (finding.label) return finding.label;
    if (target.dataset.cell) return this.fields.labelOf(/** @type {Field} */ (target));
    const table = target.querySelector("table");
    return (table && table.getAttribute("aria-label")) || "";
  }

  /**
   * Those of this step, in the order of its fields and rows; within a row as the server told them.
   * @param {Finding[]} findings @returns {Finding[]}
   */
  inOrder(findings) {
    const places = new Map(findings.map((finding) => [finding.path, this.placeOf(finding.path)]));
    const shown = findings.filter((finding) => places.get(finding.path));
    return shown.sort((one, other) => {
      const place = /** @type {Element} */ (places.get(one.path));
      const next = /** @type {Element} */ (places.get(other.path));
      if (place === next) return 0;
      return place.compareDocumentPosition(next) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
    });
  }

  /** @param {Element} list @param {Finding[]} findings */
  drawList(list, findings) {
    const shown = this.inOrder(findings);
    const lines = groupsOf(shown).map((group) => this.lineOf(group));
    if (!lines.length) lines.push(make("li", "good", "本步已填好。"));
    const before = Array.from(list.children, (line) => line.outerHTML).join("");
    if (before === lines.map((line) => line.outerHTML).join("")) return; // do not pull a link from under a finger
    list.textContent = "";
    list.append(...lines);
  }

  /**
   * A line of the list, in the words of step.html: findings of one check and column together, each row a link.
   * @param {Finding[]} group
   */
  lineOf(group) {
    const first = group[0], line = make("li", worstOf(group));
    /** @param {Finding} finding @param {string} text */
    const linkTo = (finding, text) => {
      const target = /** @type {HTMLElement} */ (this.targetOf(finding.path)), link = make("a", "", text);
      link.href = `#${target.id}`;
      return link;
    };
    if (group.length === 1) {
      const target = /** @type {HTMLElement} */ (this.targetOf(first.path));
      line.append(linkTo(first, this.labelOf(first, target)), `：${first.message}`);
      return line;
    }
    line.append(first.row ? `${first.label}：${first.title}（` : `${first.title}（`);
    group.forEach((finding, index) => {
      line.append(index ? "、" : "", linkTo(finding, finding.row ? `第 ${finding.row} 行` : finding.label || ""));
    });
    line.append(`），${first.remedy}。`);
    return line;
  }

  // What a check offers instead

  /** @param {Event} event */
  takeOffer(event) {
    const button = /** @type {HTMLButtonElement | null} */ (closestTo(event, "[data-fix]"));
    if (!button) return;
    const field = this.fields.find(button.value.slice(button.value.indexOf(":", "mend:".length) + 1));
    // A press that is left alone is a post: the server mends the text that it has saved.
    if (!field || !this.isAboutText(field)) return;
    event.preventDefault();
    field.value = button.dataset.fix || "";
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    field.focus();
  }

  /** Whether what is said beside a field is about the text that stands in it. @param {Field} field */
  isAboutText(field) {
    const path = pathOf(field), isOld = this.heldMissing !== null || this.deferred.has(path);
    return !isOld && plainText(field.value) === this.fields.known.get(path);
  }
}

/** The findings of one check and column together, in the order of the first of each. @param {Finding[]} findings */
export function groupsOf(findings) {
  /** @type {Map<string, Finding[]>} */
  const groups = new Map();
  findings.forEach((finding) => {
    const key = finding.group || finding.path;
    groups.set(key, [...(groups.get(key) || []), finding]);
  });
  return Array.from(groups.values());
}

/** @param {Finding[]} findings */
function worstOf(findings) {
  return SEVERITIES.find((severity) => findings.some((one) => one.severity === severity)) || "";
}

/** @param {Record<string, number>} steps how many places each step still has to mend */
function drawCounts(steps) {
  Object.keys(steps).forEach((key) => {
    const count = document.querySelector(`nav.outline li[data-step="${key}"] .count`);
    if (!count) return;
    count.className = `count ${steps[key] ? "error" : "good"}`;
    count.textContent = steps[key] ? `${steps[key]} 处待改` : "已填好";
  });
}

/** What is wrong, and where a check knows what was meant, a button that puts that in. @param {Finding} finding */
function drawWords(finding) {
  const words = make("span", `cell-finding ${finding.severity}`, finding.beside || finding.message);
  if (!finding.offer) return words;
  const button = make("button", "fix-button quiet", finding.offer);
  button.type = "submit";
  button.name = "do";
  button.value = `mend:${finding.code}:${finding.path}`;
  // Without the text the press is a post: the server shows first what else would change.
  if (finding.mend) button.dataset.fix = finding.mend;
  words.append(" ", button);
  return words;
}

/** @param {Field} field @param {Finding[]} findings */
function drawBeside(field, findings) {
  const place = placeOfWords(field), old = Array.from(place.querySelectorAll(".cell-finding"));
  const words = findings.map(drawWords);
  // Not their texts alone: the label of an offer is cut, and may be that of another fix.
  const isSame = old.length === words.length && old.every((one, index) => one.outerHTML === words[index].outerHTML);
  if (!isSame) {
    old.forEach((one) => one.remove());
    place.append(...words);
  }
  const isTooLong = place.querySelector(".text-counter.over") !== null;
  if (findings.length || isTooLong) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  if (place.tagName !== "TD") return;
  place.classList.toggle("wrong", findings.length > 0 || isTooLong);
  place.classList.toggle("error", findings.some((one) => one.severity === "error") || isTooLong);
}
