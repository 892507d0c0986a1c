import { icon, make } from "./dom.js";
import { text } from "../texts/texts.js";

/** An address that is none of the page's. */
export const notFoundView = () => ({
  title: text("notFound"),
  node: make("div", { class: "empty" }, icon("film"), make("h1", { tabindex: "-1" }, text("notFound")), make("a", { href: "/", class: "button" }, text("films"))),
  update() {},
});
