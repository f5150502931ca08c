// @ts-check
/* A step of a filing: puts together what its page needs. Without script the step is posted whole. */
import { Autosave } from "./autosave.js";
import { drawChoiceBoxes } from "./choice-boxes.js";
import { Conflicts } from "./conflicts.js";
import { Findings } from "./findings.js";
import { connectRowButtons } from "./grid-buttons.js";
import { GridChanges } from "./grid-changes.js";
import { listenToCopy } from "./grid-copy.js";
import { listenToGridKeys } from "./grid-keys.js";
import { listenToPaste } from "./grid-paste.js";
import { GridRows } from "./grid-rows.js";
import { GridSync } from "./grid-sync.js";
import { guardLeave } from "./leave-guard.js";
import { LoginDialog } from "./login-dialog.js";
import { SaveState } from "./save-state.js";
import { Saver } from "./saver.js";
import { ServerAnswers } from "./server-answers.js";
import { StepFields } from "./step-fields.js";
import { TextCounter } from "./text-counter.js";
import { keepHeights } from "./text-heights.js";
import { UnsentStorage } from "./unsent-storage.js";

/** @import { ChangeParts } from "./grid-changes.js" */

/** @param {HTMLFormElement} form */
function startStep(form) {
  form.setAttribute("data-scripted", "");
  keepHeights(form);
  const { person = "", ref = "" } = form.dataset;
  const fields = new StepFields(form);
  new TextCounter(form, fields);
  const rows = new GridRows(fields);
  const findings = new Findings(form, fields);
  const login = new LoginDialog(form, fields);
  // The saver tells the parts below, which save through it.
  /** @type {Saver} */
  const saver = new Saver(form, {
    storage: new UnsentStorage(person, ref, () => window.localStorage),
    showState: () => state.show(),
    applyAnswer: (batch, answer) => answers.apply(batch, answer),
    refuse: (refusals, batch) => answers.refuse(refusals, batch),
    askLogin: (after) => login.ask(after),
    restoreTexts: (batches) => answers.restoreTexts(batches),
    findingsVersion: () => findings.version,
    otherBatches: () => [...conflicts.batches(), ...fields.refusedBatches()],
  });
  const conflicts = new Conflicts(form, { fields, saver, rows });
  const line = /** @type {HTMLElement} */ (document.getElementById("save-state"));
  const state = new SaveState(line, { saver, fields, conflicts });
  const gridSync = new GridSync({ fields, saver, conflicts, rows });
  const answers = new ServerAnswers(form, { fields, saver, conflicts, rows, gridSync, findings, state });
  const autosave = new Autosave(form, { fields, saver, conflicts, answers, findings, login, state });
  guardLeave(form, { fields, saver, conflicts, autosave });
  drawChoiceBoxes(fields);
  if (form.querySelector("table.grid")) startGrid({ fields, saver, autosave, rows });
  saver.start();
}

/** @param {ChangeParts} parts */
function startGrid(parts) {
  const tree = document.getElementById("tree");
  const changes = new GridChanges(parts, tree ? JSON.parse(tree.textContent || "[]") : []);
  connectRowButtons(changes);
  listenToGridKeys(changes);
  listenToPaste(changes);
  listenToCopy();
  /** @type {NodeListOf<HTMLElement>} */
  const notes = document.querySelectorAll(".no-script-hide");
  notes.forEach((note) => (note.hidden = false));
}

startStep(/** @type {HTMLFormElement} */ (document.getElementById("step")));
