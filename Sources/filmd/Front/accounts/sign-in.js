import { button, icon, make } from "../page/dom.js";
import { announce } from "../page/announcer.js";
import { complainOf, field, textInput } from "../page/fields.js";
import { fieldWords, words } from "../page/problem-words.js";
import { Problem } from "../service/problem.js";
import { deviceName } from "../movies/device.js";
import { uuid7 } from "../identifiers/uuid7.js";
import { text } from "../texts/texts.js";

/** Signing in, or becoming a member. @param onSignedIn with the service's answer to the sign-in. @param beforeSignIn resolves when a session before is done with. */
export function signInView({ service, waiting, onSignedIn, beforeSignIn }) {
  const node = make("div", { class: "sign-in" });
  let isNew = false;

  const draw = () => {
    const fields = {
      username: field(text("fields.username"), textInput({ autocomplete: "username", autocapitalize: "none", spellcheck: "false", required: true, "data-first": true, value: waiting?.username ?? "" })),
      ...(isNew ? { email: field(text("fields.email"), textInput({ type: "email", autocomplete: "email", required: true }), { hint: text("emailHint") }) } : {}),
      password: field(text("fields.password"), textInput({ type: "password", autocomplete: isNew ? "new-password" : "current-password", required: true }), isNew ? { hint: text("passwordHint") } : {}),
    };
    const problem = make("p", { class: "problem", role: "alert", hidden: true }), submit = make("button", { class: "button primary wide-button" }, text(isNew ? "join" : "signIn"));
    const send = async (event) => {
      event.preventDefault();
      const missing = Object.entries(fields).filter(([, { input }]) => input.value.trim() === "").map(([name]) => [name, text("problems.fields.required")]);
      if (complainOf(fields, new Map(missing))) return;
      submit.disabled = true;
      problem.hidden = true;
      const username = fields.username.input.value.trim(), password = fields.password.input.value;
      try {
        if (isNew) await service.ask("POST", "/api/accounts", { body: { id: uuid7(), username, email: fields.email.input.value.trim(), password }, isPublic: true });
        await beforeSignIn();
        await onSignedIn(await service.ask("POST", "/api/session", { body: { username, password, device: deviceName() }, isPublic: true }));
      } catch (trouble) {
        if (!(trouble instanceof Problem)) console.error(trouble);
        if (!complainOf(fields, fieldWords(trouble))) { problem.textContent = words(trouble); problem.hidden = false; announce(problem.textContent); }
        submit.disabled = false;
      }
    };
    node.replaceChildren(
      make("div", { class: "sign-in-card" }, make("div", { class: "sign-in-brand" }, icon("film"), make("h1", { tabindex: "-1" }, text("appName"))), make("p", { class: "soft" }, text("appWords")),
        waiting?.count > 0 ? make("p", { class: "conflict" }, text("waitingFor", { count: waiting.count, name: waiting.username })) : null,
        make("form", { class: "form", novalidate: true, onsubmit: send }, Object.values(fields).map((one) => one.node), problem, submit),
        make("p", { class: "sign-in-other" }, text(isNew ? "haveAccount" : "noAccount"), " ", button(text(isNew ? "signIn" : "join"), () => { isNew = !isNew; draw(); node.querySelector("input").focus(); }, { class: "link" }))));
  };
  draw();
  return { node, title: text("signIn"), update() {} };
}
