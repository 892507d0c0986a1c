import { button, icon, make, refill } from "../page/dom.js";
import { pictureNodes, placeholder } from "../pictures/picture.js";
import { clock, text } from "../texts/texts.js";

const waiting = { poster: "waitingPoster", trailer: "waitingTrailer" };

/**
 * The poster or trailer that a film has, in its form: how it looks, and the way to be without it.
 *
 * @param purpose "poster" | "trailer". @param onChange called when the person has decided otherwise.
 * @returns {{node, isGone}} `node` null where there is none.
 */
export function presentFile(movie, purpose, onChange) {
  const state = { node: null, isGone: false };
  if (!movie?.[purpose] && !movie?.[waiting[purpose]]) return state;
  state.node = make("div", { class: "present" });
  const decide = (isGone) => {
    state.isGone = isGone;
    draw();
    state.node.querySelector("button").focus();
    onChange();
  };
  const draw = () => refill(state.node, state.isGone
    ? [make("span", { role: "status" }, text(`${purpose}Goes`)), button(text("undo"), () => decide(false), { class: "button small" })]
    : [pictureOf(movie[purpose], purpose), make("span", {}, wordsOf(movie[purpose], purpose)), button(text(`removePresent.${purpose}`), () => decide(true), { class: "button small quiet danger-text" })]);
  draw();
  return state;
}

function pictureOf(file, purpose) {
  return make("span", { class: `thumbnail ${purpose}-thumbnail`, "aria-hidden": "true" }, drawn(file, purpose) ?? icon("film"));
}

/** Of a trailer its colours only: the addresses of its pictures end, and those in a film's record have done so. */
function drawn(file, purpose) {
  if (purpose === "poster") return file && pictureNodes(file, { sizes: "64px" });
  return file?.poster?.thumbHash ? placeholder(file.poster.thumbHash) : null;
}

/** What a trailer is called the service does not know: how long it is tells people which it is. */
function wordsOf(file, purpose) {
  if (!file) return text("waits");
  if (purpose === "poster") return text("presentPoster");
  return [text("presentTrailer"), file.durationSeconds ? make("span", { class: "soft" }, ` · ${clock(file.durationSeconds)}`) : null];
}
