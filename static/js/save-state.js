// @ts-check
/* The line that says honestly how far saving is. */

/** @import { Conflicts } from "./conflicts.js" */
/** @import { Saver } from "./saver.js" */
/** @import { StepFields } from "./step-fields.js" */

/**
 * @typedef {object} SaveStateParts
 * @property {Saver} saver
 * @property {StepFields} fields
 * @property {Conflicts} conflicts
 */

export class SaveState {
  /** @param {HTMLElement} line @param {SaveStateParts} parts */
  constructor(line, parts) {
    this.line = line;
    this.parts = parts;
    this.savedAt = ((line.textContent || "").match(/[\d:]{8}/) || [""])[0];
  }

  /** @returns {[string, string]} the state and its words */
  describe() {
    const { saver, fields, conflicts } = this.parts;
    const asked = conflicts.count(), unsent = saver.countUnsent(), { refused } = fields;
    if (asked) return ["failed", `保存失败：${asked} 处与别人的修改冲突，请在页面上方选择`];
    if (saver.cause) return ["failed", `保存失败：${saver.cause}${unsent ? `（${unsent} 处未保存）` : ""}`];
    if (saver.isPosting) return ["saving", `保存中…（${unsent} 处）`];
    if (unsent || fields.composing) return ["unsaved", unsent ? `未保存（${unsent} 处）` : "未保存"];
    const first = refused.values().next().value;
    if (first) return ["failed", `保存失败：${refused.size} 处未保存，${first.message}`];
    return ["saved", `已保存 ${this.savedAt}`];
  }

  show() {
    const [state, text] = this.describe(), { line } = this;
    line.dataset.unsent = String(this.parts.saver.countUnsent());
    // A reader aloud says the line again whenever it is written.
    if (line.dataset.state !== state) line.dataset.state = state;
    if (line.textContent !== text) line.textContent = text;
  }
}
