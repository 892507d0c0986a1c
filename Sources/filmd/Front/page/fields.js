import { freshID, make } from "./dom.js";
import { characters } from "./characters.js";
import { text } from "../texts/texts.js";

/** A labelled field with room for what is wrong with it. @returns {{node, input, complain(words|null)}} */
export function field(label, input, { hint, isWide = true } = {}) {
  const id = freshID(), problemID = freshID(), hintID = freshID();
  input.id = id;
  const problem = make("p", { class: "field-problem", id: problemID, hidden: true });
  input.setAttribute("aria-describedby", hint ? `${problemID} ${hintID}` : problemID);
  const node = make("div", { class: isWide ? "field-group" : "field-group short" }, make("label", { for: id, class: "label" }, label), input,
    hint ? make("p", { class: "hint", id: hintID }, hint) : null, problem);
  const complain = (words) => {
    problem.textContent = words ?? "";
    problem.hidden = !words;
    if (words) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
  };
  input.addEventListener("input", () => complain(null));
  return { node, input, complain };
}

export const textInput = (members) => make("input", { class: "field", type: "text", dir: "auto", ...members });

/** What to say of a text that has more characters than may be, else null. No `maxlength`: that cuts off without a word what is pasted. */
export function tooLong(written, limit) {
  const count = characters(written.trim(), limit);
  return count > limit ? text("limits.characters", { limit, count }) : null;
}

/** Shows what the service says of fields, and gives the first one the focus. @returns whether any field was named. */
export function complainOf(fields, words) {
  let first = null;
  for (const [name, said] of words) {
    const one = fields[name];
    if (!one) continue;
    one.complain(said);
    first ??= one;
  }
  first?.input.focus();
  return first !== null;
}
