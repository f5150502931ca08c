/* Dialogs over the page, and the one that asks for the password when the session has ended. */
(function () {
  "use strict";
  const P = window.Perfbudget;
  if (!P.form) return;
  const make = P.make;
  let postponed = null;

  // Keeps the keyboard inside (there is no `inert` in the oldest browsers we serve) and gives the focus back after.
  P.dialog = (heading, className, onEscape) => {
    const before = document.activeElement;
    const overlay = make("div", "overlay"), card = make("section", `card ${className}`), title = make("h2", "", heading);
    title.id = `dialog-${P.newId().slice(0, 8)}`;
    card.setAttribute("role", "dialog");
    card.setAttribute("aria-modal", "true");
    card.setAttribute("aria-labelledby", title.id);
    card.append(title);
    overlay.append(card);
    document.body.append(overlay);
    const close = () => {
      overlay.remove();
      if (before && before.isConnected) before.focus();
    };
    overlay.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === "Escape") onEscape();
      if (event.key === "Tab") turn(card, event);
    });
    return { card, close };
  };

  function turn(card, event) {
    const stops = Array.from(card.querySelectorAll("button, input, [tabindex='0']")).filter((one) => !one.disabled);
    const first = stops[0], last = stops[stops.length - 1];
    const edge = event.shiftKey ? first : last;
    if (document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }

  function input(label, type, value, complete) {
    const line = make("p"), name = make("label", "", label), field = make("input", "form-control");
    field.type = type;
    field.name = field.autocomplete = complete;
    field.value = value;
    field.id = `again-${type}`;
    name.htmlFor = field.id;
    line.append(name, field);
    return { line, field };
  }

  // A dialog that pops up inside a composition would tear the word apart: it waits for its end.
  P.login = (after) => {
    postponed = after;
    P.dialogMayOpen();
  };
  P.dialogMayOpen = () => {
    if (!postponed || P.composing()) return;
    const after = postponed;
    postponed = null;
    openLogin(after);
  };

  function openLogin(after) {
    const later = () => {
      dialog.close();
      after.later();
    };
    const dialog = P.dialog("登录已过期，请重新登录", "narrow", later);
    const sheet = make("form"), error = make("p", "message error");
    const name = input("用户名", "text", P.form.dataset.loginName, "username");
    const password = input("密码", "password", "", "current-password");
    const enter = make("button", "primary", "登录并保存"), skip = make("button", "quiet", "稍后登录");
    skip.type = "button";
    skip.addEventListener("click", later);
    error.setAttribute("role", "alert");
    error.hidden = true;
    const buttons = make("div", "buttons");
    buttons.append(enter, skip);
    sheet.append(name.line, password.line, error, buttons);
    dialog.card.append(make("p", "note", "您填写的内容都在本页，登录后自动保存。"), sheet);
    sheet.addEventListener("submit", async (event) => {
      event.preventDefault();
      enter.disabled = true;
      const fault = await logIn(name.field.value, password.field.value);
      enter.disabled = false;
      error.hidden = !fault;
      error.textContent = fault;
      password.field.value = "";
      if (fault) return password.field.focus();
      dialog.close();
      return after.done();
    });
    password.field.focus();
  }

  async function logIn(username, password) {
    const address = P.form.dataset.login;
    try {
      // A wiped cookie comes back with the log-in page.
      if (document.cookie.indexOf("csrftoken=") < 0) await fetch(address, { credentials: "same-origin" });
      const response = await fetch(address, {
        method: "POST", credentials: "same-origin",
        headers: { "X-CSRFToken": P.token(), Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ username, password }).toString(),
      });
      const answer = await response.json();
      return welcome(answer);
    } catch (error) {
      return "连不上服务器，请稍后再试。";
    }
  }

  function welcome(answer) {
    if (answer.error || !answer.token) return answer.error || "登录没有成功，请重试。";
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => (field.value = answer.token));
    if (String(answer.person) === P.form.dataset.person) return "";
    return `登录的是另一个账号，不能代替 ${P.form.dataset.loginName} 保存。请用 ${P.form.dataset.loginName} 登录。`;
  }
})();
