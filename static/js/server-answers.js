// @ts-check
/* What the page does with the server's answers to its saves: others' texts, refusals, questions, findings. */
import {
  judgeServerText, plainText, savedTexts, sortRefusals, textOfEdit, withoutChangedCells,
} from "./conflict-merging.js";
import { showNotice } from "./dom.js";
import { addressOf } from "./edit-queue.js";
import { isTooLong } from "./text-limits.js";

/** @import { Conflicts } from "./conflicts.js" */
/** @import { Findings } from "./findings.js" */
/** @import { GridRows } from "./grid-rows.js" */
/** @import { GridSync } from "./grid-sync.js" */
/** @import { SaveState } from "./save-state.js" */
/** @import { Saver } from "./saver.js" */
/** @import { StepFields } from "./step-fields.js" */
/** @import { Answer, AnswerConflict, Batch, Refusal } from "./types.js" */

/**
 * @typedef {object} AnswerParts
 * @property {StepFields} fields
 * @property {Saver} saver
 * @property {Conflicts} conflicts
 * @property {GridRows} rows
 * @property {GridSync} gridSync
 * @property {Findings} findings
 * @property {SaveState} state
 */

export class ServerAnswers {
  /** @param {HTMLFormElement} form @param {AnswerParts} parts */
  constructor(form, parts) {
    this.form = form;
    this.parts = parts;
  }

  /** @param {Batch} batch @param {Answer} answer */
  apply(batch, answer) {
    const { fields, findings, state } = this.parts;
    state.savedAt = answer.at;
    savedTexts(batch, answer).forEach((text, path) => fields.known.set(path, text));
    this.refuse(answer.refused, batch);
    answer.conflicts.forEach((one) => this.takeConflict(one, batch));
    const texts = (answer.meanwhile || []).map((one) => /** @type {[string, string]} */ ([one.path, one.value]));
    this.applyServerTexts(new Map(texts), batch);
    if (answer.missing) findings.take(answer.missing, answer.version);
  }

  /** @param {AnswerConflict} one @param {Batch} batch */
  takeConflict(one, batch) {
    const { fields, saver, conflicts } = this.parts;
    const shown = fields.textOf(one.path), theirs = plainText(one.theirs);
    const mine = shown === null ? one.mine : shown;
    saver.queue.withdraw(one.path);
    if (fields.known.get(one.path) === theirs) {
      // The page showed just this when it was typed over: nothing unseen would be lost.
      saver.save([{ do: "set", path: one.path, value: mine }]);
      return;
    }
    const edit = batch.edits.find((each) => addressOf(each) === one.path);
    if (edit && edit.do === "set") fields.known.set(one.path, theirs);
    conflicts.add(Object.assign({}, one, { mine, theirs, base: batch.version, edit }));
  }

  /**
   * Texts that others saved since: shown at once, later, or as a question, but never written over unseen.
   * @param {Map<string, string>} texts by path; "table[]" holds the order of a table's rows @param {Batch} batch
   */
  applyServerTexts(texts, batch) {
    texts.forEach((order, path) => {
      if (path.endsWith("[]")) this.parts.gridSync.arrange(path.slice(0, -2), order.split(" "), texts, batch.version);
    });
    texts.forEach((value, path) => {
      if (!path.endsWith("[]")) this.applyServerText(path, plainText(value), batch);
    });
  }

  /** @param {string} path @param {string} text @param {Batch} batch */
  applyServerText(path, text, batch) {
    const { fields, saver, conflicts } = this.parts, shown = fields.textOf(path);
    const fate = judgeServerText(text, {
      known: fields.known.get(path),
      isShown: shown !== null,
      isRefused: fields.refused.has(path),
      isAsked: conflicts.has(path),
      isWaiting: saver.queue.holds(path),
    });
    if (fate === "learn") fields.known.set(path, text);
    if (fate === "show") fields.showServerText(path, text);
    if (fate === "ask") {
      saver.queue.withdraw(path);
      this.ask(path, shown || "", text, batch.version);
    }
  }

  /** @param {string} path @param {string} mine @param {string} theirs @param {number | null} base */
  ask(path, mine, theirs, base) {
    const { fields, saver, conflicts } = this.parts, field = fields.find(path);
    fields.deferred.delete(path);
    fields.refused.delete(path);
    fields.known.set(path, theirs);
    conflicts.add({ path, label: field ? fields.labelOf(field) : path, mine, theirs, by: "别人或另一个窗口", base });
    saver.noteConflicts();
  }

  /** @param {Refusal[]} refusals @param {Batch} batch */
  refuse(refusals, batch) {
    const { fields, saver, conflicts, findings, state } = this.parts;
    const { deletedRows, cells, others } = sortRefusals(refusals, batch);
    cells.forEach(({ path, message }) => {
      fields.refuse(path, message, textOfEdit(batch, path), batch.version);
      // The counter beside the field already says so, and goes on saying it while the text is shortened.
      const field = fields.find(path), limit = field ? Number(field.dataset.limit || 0) : 0;
      if (isTooLong(fields.textOf(path) || "", limit, fields.known.get(path))) findings.showAt(path, []);
      else findings.showAt(path, [{ path, code: "", severity: "error", message }]);
    });
    others.forEach(({ message }) => showNotice(this.form, message, "error"));
    deletedRows.forEach((texts, row) => {
      saver.queue.withdraw(row);
      conflicts.addDeletedRow(row, texts, batch.version);
    });
    state.show();
  }

  /**
   * Shows what a closed page had kept; gives what is still to be sent.
   * @param {Batch[]} kept
   */
  restoreTexts(kept) {
    const { fields, rows } = this.parts;
    const batches = withoutChangedCells(kept, (path) => fields.latest.get(path) !== fields.known.get(path));
    const edits = batches.reduce((all, batch) => all.concat(batch.edits), /** @type {Batch["edits"]} */ ([]));
    edits.forEach((edit) => {
      if (edit.do !== "set") {
        rows.apply([edit]);
        return;
      }
      const field = fields.find(edit.path);
      if (!field) return;
      fields.known.delete(edit.path); // this page shows a newer text than the one that was typed over
      fields.latest.set(edit.path, edit.value);
      fields.write(field, edit.value);
    });
    const count = new Set(edits.map(addressOf)).size;
    if (count) showNotice(this.form, `上次未保存的 ${count} 处内容已恢复，正在保存。`, "warning");
    return batches.filter((batch) => batch.edits.length);
  }
}
