import { make } from "../page/dom.js";
import { number, text } from "../texts/texts.js";
import { ratingsFor } from "./ratings.js";

/** A rating or none, as a select, which every keyboard and screen reader knows. @returns {{input, given}} `given()`: the number, or null. */
export function ratingChoice(present, attributes = {}) {
  const input = make("select", { ...attributes, class: "field" }, make("option", { value: "" }, text("noRating")),
    ratingsFor(present).map((value) => make("option", { value, selected: value === present }, `${number(value)}/10`)));
  return { input, given: () => (input.value === "" ? null : Number(input.value)) };
}
