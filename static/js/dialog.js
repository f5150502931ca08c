// @ts-check
/* Dialogs over the page. */
import { make } from "./dom.js";
import { newId } from "./ids.js";

/**
 * Opens a dialog. It keeps the keyboard inside (there is no `inert` in the oldest browsers we serve), stops the page
 * behind from scrolling, and gives the focus back when it is closed.
 * @param {string} heading @param {string} className @param {() => void} onEscape
 */
export function openDialog(heading, className, onEscape) {
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  const overlay = make("div", "overlay"), card = make("section", `card ${className}`), title = make("h2", "", heading);
  title.id = `dialog-${newId().slice(0, 8)}`;
  card.setAttribute("role", "dialog");
  card.setAttribute("aria-modal", "true");
  card.setAttribute("aria-labelledby", title.id);
  card.append(title);
  overlay.append(card);
  document.body.append(overlay);
  holdPage();
  overlay.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape") onEscape();
    if (event.key === "Tab") turnAround(card, event);
  });
  return {
    card,
    close() {
      overlay.remove();
      holdPage();
      if (before && before.isConnected) before.focus();
    },
  };
}

export function isDialogOpen() {
  return document.querySelector(".overlay") !== null;
}

/** The page behind stands still while a dialog is open, at the width that it had with its scroll bar. */
function holdPage() {
  const page = document.documentElement, isOpen = isDialogOpen();
  if (page.classList.contains("dialog-open") === isOpen) return;
  const bar = window.innerWidth - page.clientWidth;
  page.classList.toggle("dialog-open", isOpen);
  page.style.paddingRight = isOpen && bar ? `${bar}px` : "";
}

/** From the last stop of a dialog to its first, and back. @param {HTMLElement} card @param {KeyboardEvent} event */
function turnAround(card, event) {
  /** @type {(HTMLButtonElement | HTMLInputElement)[]} */
  const stops = Array.from(card.querySelectorAll("button, input, [tabindex='0']"));
  const open = stops.filter((one) => !one.disabled), first = open[0], last = open[open.length - 1];
  if (document.activeElement !== (event.shiftKey ? first : last)) return;
  event.preventDefault();
  (event.shiftKey ? last : first).focus();
}
