import { withoutControls } from "../texts/texts.js";

/**
 * Makes an element. What comes from people or the service becomes a text node or an attribute, never markup: nothing parses HTML
 * anywhere in this page, and there is no style attribute, which its Content-Security-Policy would refuse.
 */
const properties = new Set(["value", "checked", "disabled", "hidden", "selected", "multiple", "srcObject", "currentTime", "open"]);

export function make(tag, members = {}, ...children) {
  const node = document.createElement(tag);
  set(node, members);
  node.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return node;
}

export function set(node, members) {
  for (const [name, value] of Object.entries(members)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2).toLowerCase(), value);
    else if (properties.has(name)) node[name] = value;
    else if (value == null || value === false) node.removeAttribute(name);
    else node.setAttribute(name, value === true ? "" : value);
  }
  return node;
}

/** A text that a person wrote, which may run in the other direction. */
export const written = (text) => make("bdi", {}, withoutControls(text ?? ""));

const svg = "http://www.w3.org/2000/svg";
const sprite = new URL("../icons/sprite.svg", import.meta.url).href;

/** A drawing of the sprite, which says nothing to a screen reader: the words beside it do. */
export function icon(name) {
  const drawing = document.createElementNS(svg, "svg"), use = document.createElementNS(svg, "use");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  drawing.setAttribute("focusable", "false");
  use.setAttribute("href", `${sprite}#${name}`);
  drawing.append(use);
  return drawing;
}

export const button = (label, onclick, members = {}, ...before) => make("button", { type: "button", class: "button", onclick, ...members }, ...before, label);

/** A button with a drawing only; its name is for those who don't see it, and for those who point at it. */
export const iconButton = (name, label, onclick, members = {}) =>
  make("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...members }, icon(name));

/** Replaces what is in a node; where the focus was in it, the element with the same `data-key` has it afterwards. */
export function refill(node, ...children) {
  const wanted = children.flat(Infinity).filter((child) => child != null && child !== false);
  if (wanted.length === node.childNodes.length && wanted.every((child, index) => child === node.childNodes[index])) return;
  const focused = node.contains(document.activeElement) ? document.activeElement.closest("[data-key]")?.dataset.key : null;
  node.replaceChildren(...wanted);
  if (focused) node.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

/** As `refill`, for children that stay the same nodes: they are not taken out in between, so that what is being written in one goes on. */
export function arrange(node, wanted) {
  const staying = new Set(wanted);
  for (const child of [...node.childNodes]) if (!staying.has(child)) child.remove();
  let place = node.firstChild;
  for (const child of wanted) {
    if (child === place) place = place.nextSibling; else node.insertBefore(child, place);
  }
}

/** Before a row goes: the focus moves to the row beside it, to the same control where that has one, else to the title above. */
export function leaveRow(row, control = "button:not(:disabled)") {
  for (const beside of [row.nextElementSibling, row.previousElementSibling]) {
    const next = beside?.querySelector(control);
    if (next) return next.focus();
  }
  (row.closest("section:has(h2)") ?? document.getElementById("main")).querySelector("h1, h2")?.focus();
}

let count = 0;
/** An id for a label and its field. */
export const freshID = () => `f${(count += 1)}`;
