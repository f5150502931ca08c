// @ts-check
/* The token that Django asks for with every request that changes something. */

/** @param {HTMLFormElement} form */
export function readToken(form) {
  // The cookie is shared by all tabs: after a log-in in another tab it is right and the page's own token is not.
  const found = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/);
  return found ? found[1] : tokenField(form).value;
}

export function hasTokenCookie() {
  return document.cookie.includes("csrftoken=");
}

/** @param {HTMLFormElement} form */
export function tokenField(form) {
  return /** @type {HTMLInputElement} */ (form.querySelector("[name=csrfmiddlewaretoken]"));
}
