import { freshID, iconButton, make, button } from "./dom.js";
import { text } from "../texts/texts.js";

/** The dialogs that are open, the innermost last. */
const open = [];

/**
 * A modal dialog. The browser keeps the focus inside; the first field has it, or the title, so that a screen reader says where one is.
 * Escape, Back and the cross leave it, which asks first where something was typed that has not been saved.
 *
 * @param content nodes. @param options.onClose called once. @param options.asks whether what is typed is worth a question.
 * @param options.onDiscard called when the person gives up what was typed. @returns {{close, leave, touch}}: without and with asking; `touch` says that something was typed.
 */
export function showDialog(title, content, { onClose = () => {}, onDiscard = () => {}, className = "", asks = false } = {}) {
  const id = freshID(), opener = document.activeElement, openerKey = opener?.closest?.("[data-key]")?.dataset.key;
  const heading = make("h2", { id, tabindex: "-1" }, title);
  const node = make("dialog", { "aria-labelledby": id, class: className });
  let isTyped = false, isAsking = false, isAgreed = false, focused = null;

  const warn = (event) => event.preventDefault();
  const touch = () => {
    if (!asks || isTyped) return;
    isTyped = true;
    addEventListener("beforeunload", warn);
  };
  const close = () => {
    isAgreed = true;
    node.close();
  };
  const leave = async () => {
    if (isAsking || isAgreed) return;
    if (isTyped) {
      isAsking = true;
      const answer = await ask(text("unsaved"), text("unsavedWords"), [{ value: null, label: text("goOnEditing") }, { value: "leave", label: text("discard"), isDanger: true }]);
      isAsking = false;
      if (answer !== "leave" || isAgreed) return;
      onDiscard();
    }
    close();
  };
  const dialog = { close, leave, touch };

  node.append(make("div", { class: "dialog-head" }, heading, iconButton("close", text("close"), leave)), make("div", { class: "dialog-body" }, content));
  node.addEventListener("input", touch);
  node.addEventListener("focusin", ({ target }) => { focused = target; });
  // Of the dialog only: a file field has an event of this name, too.
  node.addEventListener("cancel", (event) => { if (event.target === node) { event.preventDefault(); leave(); } });
  node.addEventListener("close", (event) => {
    if (event.target !== node) return;
    // Browsers let a page refuse that once, and close the dialog the next time: then it is opened again, with all that is in it.
    if (!isAgreed) { const last = focused; node.showModal(); last?.focus(); return leave(); }
    open.splice(open.indexOf(dialog), 1);
    removeEventListener("beforeunload", warn);
    node.remove();
    onClose();
    // The view behind it may have been drawn again meanwhile.
    if (document.activeElement && document.activeElement !== document.body) return;
    const back = opener?.isConnected ? opener : openerKey && document.querySelector(`[data-key="${CSS.escape(openerKey)}"]`);
    (back || document.querySelector("dialog[open] h2, main h1"))?.focus();
  });
  open.push(dialog);
  document.body.append(node);
  node.showModal();
  (node.querySelector("[data-first]") ?? heading).focus();
  return dialog;
}

/** Escape by its key: what browsers make of it can be refused only once. A list that is open, or a word that is being composed, has it first. */
export function watchEscape() {
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented || open.length === 0) return;
    event.preventDefault();
    open.at(-1).leave();
  });
}

/** Leaves the innermost dialog, where there is one. @returns whether there was. */
export function leaveDialog() {
  const innermost = open.at(-1);
  innermost?.leave();
  return innermost !== undefined;
}

/** Closes all without asking, such as when the session has ended. */
export const closeDialogs = () => { for (const dialog of [...open].reverse()) dialog.close(); };

/** Asks. Resolves with the value of the choice, or null. @param choices [{value, label, isDanger}]: the safe one first. */
export function ask(title, words, choices) {
  return new Promise((resolve) => {
    let answer = null;
    const buttons = choices.map(({ value, label, isDanger }, index) =>
      button(label, () => { answer = value; dialog.close(); }, { class: isDanger ? "button danger" : "button", "data-first": index === 0 }));
    const dialog = showDialog(title, [make("p", {}, words), make("div", { class: "actions" }, buttons)], { onClose: () => resolve(answer), className: "narrow" });
  });
}
