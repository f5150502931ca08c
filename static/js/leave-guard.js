// @ts-check
/* Leaving a step, by link, button or closing: what is unsent goes first. */
import { readToken, tokenField } from "./csrf.js";
import { closestTo } from "./dom.js";

/** @import { Autosave } from "./autosave.js" */
/** @import { Conflicts } from "./conflicts.js" */
/** @import { Saver } from "./saver.js" */
/** @import { StepFields } from "./step-fields.js" */

/**
 * @typedef {object} GuardParts
 * @property {StepFields} fields
 * @property {Saver} saver
 * @property {Conflicts} conflicts
 * @property {Autosave} autosave
 */

const LEAVING_MS = 3000;

/** Not one that opens another tab or window. @param {MouseEvent} event */
function isPlainClick(event) {
  return !event.button && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
}

/** @param {HTMLAnchorElement} link */
function leavesPage(link) {
  return !link.target && !(link.getAttribute("href") || "").startsWith("#");
}

/**
 * The button that was pressed, or the one drawn in its place since; none if what it was for has gone.
 * @param {HTMLFormElement} form @param {HTMLElement | null} pressed
 */
function buttonNow(form, pressed) {
  if (!(pressed instanceof HTMLButtonElement)) return undefined;
  if (pressed.form === form) return pressed;
  const buttons = /** @type {HTMLButtonElement[]} */ (Array.from(form.querySelectorAll("button")));
  return buttons.find((one) => one.name === pressed.name && one.value === pressed.value);
}

/** @param {HTMLFormElement} form @param {GuardParts} parts */
export function guardLeave(form, { fields, saver, conflicts, autosave }) {
  let isLeaving = false;
  /** @type {EventTarget | null} what was pressed when sending failed; pressed again it goes on as without script */
  let stuck = null;

  /** @param {Event} event @param {() => void} leave */
  function leaveWhenSent(event, leave) {
    if (isLeaving || event.defaultPrevented || stuck === event.target) return;
    autosave.takeFocused();
    if (!saver.countUnsent() && !conflicts.count()) return;
    event.preventDefault();
    if (conflicts.count()) {
      conflicts.focus();
      return;
    }
    saver.whenSent((sent) => {
      stuck = sent ? null : event.target;
      if (!sent || conflicts.count()) return;
      isLeaving = true;
      leave();
      setTimeout(() => (isLeaving = false), LEAVING_MS); // a download does not leave
    });
  }

  document.addEventListener("submit", (event) => {
    const sent = /** @type {HTMLFormElement} */ (event.target);
    if (sent.closest(".overlay")) return;
    leaveWhenSent(event, () => sent.requestSubmit(buttonNow(sent, event.submitter)));
    if (!event.defaultPrevented && sent === form) {
      tokenField(form).value = readToken(form);
      isLeaving = true;
    }
  });

  document.addEventListener("click", (event) => {
    const link = closestTo(event, "a[href]");
    if (link instanceof HTMLAnchorElement && isPlainClick(event) && leavesPage(link)) {
      leaveWhenSent(event, () => location.assign(link.href));
    }
  });

  window.addEventListener("beforeunload", (event) => {
    if (isLeaving && !conflicts.count()) return;
    if (!saver.countUnsent() && !conflicts.count() && !fields.refused.size) return;
    event.preventDefault();
    event.returnValue = "";
  });
}
