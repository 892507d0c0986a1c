import { button, freshID, make } from "../page/dom.js";
import { field, tooLong } from "../page/fields.js";
import { text } from "../texts/texts.js";
import { ratingChoice } from "./rating-choice.js";

const limit = 5000;

/**
 * Text, and stars from 0 to 10 by halves or none.
 *
 * @param draft keeps what is written and not yet sent. @returns {{node, focus}}
 */
export function commentEditor({ draft, label, submit, words = "", rating = null, onSubmit, onCancel }) {
  const ratingID = freshID(), kept = draft.read(), { input: choice, given } = ratingChoice(kept ? kept.rating : rating, { id: ratingID });
  const said = field(label, make("textarea", { class: "field", dir: "auto", rows: 3, value: kept?.text ?? words, "data-key": `text-${onCancel ? "change" : "new"}` }));
  const keep = () => {
    if (said.input.value === words && given() === rating) draft.forget(); else draft.write({ text: said.input.value, rating: given() });
  };
  const send = async (event) => {
    event.preventDefault();
    const written = said.input.value.trim(), stars = given(), wrong = tooLong(written, limit);
    if (wrong) said.complain(wrong);
    if (wrong || written === "" && stars === null) return said.input.focus();
    said.input.value = "";
    choice.value = "";
    draft.forget();
    await onSubmit(written, stars);
  };
  const cancel = () => { draft.forget(); onCancel(); };
  const node = make("form", { class: "comment-form", onsubmit: send, oninput: keep }, said.node,
    make("div", { class: "actions" }, make("label", { for: ratingID, class: "unseen" }, text("yourRating")), choice, make("button", { class: "button primary" }, submit), onCancel ? button(text("cancel"), cancel) : null));
  return { node, focus: () => said.input.focus() };
}
