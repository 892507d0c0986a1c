import { make, button } from "./dom.js";

/** What a screen reader says without being asked. When cleared and set again, a live region is read again even for the same words. */
export function announce(words) {
  const region = document.getElementById("news");
  region.textContent = "";
  setTimeout(() => { region.textContent = words; }, 50);
}

/**
 * A note at the edge of the page, with an action where there is one. Notes without an action go by themselves.
 *
 * @param content nodes or text. @param options.action {label, run}. @param options.key a note with the same key is replaced.
 */
export function note(content, { action, dismiss, key, isError = false } = {}) {
  const notes = document.getElementById("notes");
  if (key) notes.querySelector(`[data-key="${CSS.escape(key)}"]`)?.remove();
  const node = make("li", { class: isError ? "note error" : "note", "data-key": key }, make("p", {}, content));
  const close = () => node.remove();
  if (action) node.append(button(action.label, () => { close(); action.run(); }, { class: "button small" }));
  if (dismiss) node.append(button(dismiss, close, { class: "button small quiet" }));
  notes.append(node);
  announce(node.querySelector("p").textContent);
  if (!action && !dismiss) setTimeout(close, isError ? 10_000 : 5_000);
  return close;
}
