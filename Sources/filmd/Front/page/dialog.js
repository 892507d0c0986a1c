import { freshID, iconButton, make, button } from "./dom.js";
import { text } from "../texts/texts.js";

/**
 * A modal dialog. The browser keeps the focus inside and gives it back afterwards; Escape closes it. The first field has the focus, or
 * the title, so that a screen reader says where one is.
 *
 * @param content nodes. @param options.onClose called once. @returns the element, with `close()`.
 */
export function showDialog(title, content, { onClose = () => {}, className = "", mayClose = () => true } = {}) {
  const id = freshID(), opener = document.activeElement;
  const heading = make("h2", { id, tabindex: "-1" }, title);
  const dialog = make("dialog", { "aria-labelledby": id, class: className });
  const leave = () => { if (mayClose()) dialog.close(); };
  dialog.append(make("div", { class: "dialog-head" }, heading, iconButton("close", text("close"), leave)), make("div", { class: "dialog-body" }, content));
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); leave(); });
  dialog.addEventListener("close", () => {
    dialog.remove();
    onClose();
    if (opener?.isConnected) opener.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  (dialog.querySelector("[autofocus]") ?? heading).focus();
  return dialog;
}

/** Asks. Resolves with the value of the choice, or null. @param choices [{value, label, isDanger}]: the safe one first. */
export function ask(title, words, choices) {
  return new Promise((resolve) => {
    let answer = null;
    const buttons = choices.map(({ value, label, isDanger }, index) =>
      button(label, () => { answer = value; dialog.close(); }, { class: isDanger ? "button danger" : "button", autofocus: index === 0 }));
    const dialog = showDialog(title, [make("p", {}, words), make("div", { class: "actions" }, buttons)], { onClose: () => resolve(answer), className: "narrow" });
  });
}
