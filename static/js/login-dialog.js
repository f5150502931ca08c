// @ts-check
/* Asks for the password when the session has ended; what was filled in stays in the page. */
import { hasTokenCookie, readToken } from "./csrf.js";
import { openDialog } from "./dialog.js";
import { make, makeButton } from "./dom.js";

/** @import { StepFields } from "./step-fields.js" */

/** @typedef {{done: () => void, later: () => void}} After */

export class LoginDialog {
  /** @param {HTMLFormElement} form @param {StepFields} fields */
  constructor(form, fields) {
    this.form = form;
    this.fields = fields;
    /** @type {After | null} */
    this.postponed = null;
  }

  /** @param {After} after */
  ask(after) {
    this.postponed = after;
    this.openIfPostponed();
  }

  /** A dialog that pops up inside a composition would tear the word apart: it waits for its end. */
  openIfPostponed() {
    const after = this.postponed;
    if (!after || this.fields.composing) return;
    this.postponed = null;
    this.open(after);
  }

  /** @param {After} after */
  open(after) {
    const postpone = () => {
      dialog.close();
      after.later();
    };
    const dialog = openDialog("登录已过期，请重新登录", "narrow", postpone);
    const sheet = make("form"), error = make("p", "message error"), buttons = make("div", "buttons");
    const name = drawInput("用户名", "text", this.form.dataset.loginName || "", "username");
    const password = drawInput("密码", "password", "", "current-password");
    const enter = make("button", "primary", "登录并保存");
    error.setAttribute("role", "alert");
    error.hidden = true;
    buttons.append(enter, makeButton("稍后登录", "quiet", postpone));
    sheet.append(name.line, password.line, error, buttons);
    dialog.card.append(make("p", "note", "您填写的内容都在本页，登录后自动保存。"), sheet);
    sheet.addEventListener("submit", async (event) => {
      event.preventDefault();
      enter.disabled = true;
      const fault = await this.logIn(name.field.value, password.field.value);
      enter.disabled = false;
      error.hidden = !fault;
      error.textContent = fault;
      password.field.value = "";
      if (fault) {
        password.field.focus();
        return;
      }
      dialog.close();
      after.done();
    });
    password.field.focus();
  }

  /** @param {string} username @param {string} password @returns {Promise<string>} what went wrong, or "" */
  async logIn(username, password) {
    const address = this.form.dataset.login || "";
    const headers = { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" };
    try {
      // A wiped cookie comes back with the log-in page.
      if (!hasTokenCookie()) await fetch(address, { credentials: "same-origin" });
      const response = await fetch(address, {
        method: "POST", credentials: "same-origin",
        headers: Object.assign({ "X-CSRFToken": readToken(this.form) }, headers),
        body: new URLSearchParams({ username, password }).toString(),
      });
      return this.takeAnswer(await response.json());
    } catch (error) {
      return "连不上服务器，请稍后再试。";
    }
  }

  /** @param {{error?: string, token?: string, person?: number}} answer */
  takeAnswer(answer) {
    const { token } = answer, { person, loginName } = this.form.dataset;
    if (answer.error || !token) return answer.error || "登录没有成功，请重试。";
    /** @type {NodeListOf<HTMLInputElement>} */
    const fields = document.querySelectorAll("[name=csrfmiddlewaretoken]");
    fields.forEach((field) => (field.value = token));
    if (String(answer.person) === person) return "";
    return `登录的是另一个账号，不能代替 ${loginName} 保存。请用 ${loginName} 登录。`;
  }
}

/** @param {string} label @param {string} type @param {string} value @param {AutoFill} complete */
function drawInput(label, type, value, complete) {
  const line = make("p"), name = make("label", "", label), field = make("input", "form-control");
  field.type = type;
  field.name = field.autocomplete = complete;
  field.value = value;
  field.id = `again-${type}`;
  name.htmlFor = field.id;
  line.append(name, field);
  return { line, field };
}
