/** The words of the page in the person's language: one file for each language, and nothing else in it. */
const languages = ["en", "fr"];
let words = {}, plural = new Intl.PluralRules("en"), numberFormats = new Map();
export let language = "en";

/** The language of the account, or the one chosen here before, or the browser's. */
export function preferred(wished = localStorage.getItem("language")) {
  if (languages.includes(wished)) return wished;
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => languages.includes(tag)) ?? "en";
}

export async function speak(next) {
  const response = await fetch(new URL(`${next}.json`, import.meta.url));
  words = await response.json();
  language = next;
  numberFormats = new Map();
  plural = new Intl.PluralRules(next);
  localStorage.setItem("language", next);
  document.documentElement.lang = next;
}

const entryOf = (key) => key.split(".").reduce((value, part) => (value != null && Object.hasOwn(value, part) ? value[part] : undefined), words);

/** Whether there are words for a key, such as the code of a problem. */
export const hasText = (key) => entryOf(key) !== undefined;

function pattern(key, values) {
  const entry = entryOf(key);
  if (typeof entry === "string") return entry;
  if (entry && values.count !== undefined) return entry[plural.select(values.count)] ?? entry.other;
  return readable(key);
}

/** "fileSize" of "fields.fileSize" as "file size": what a newer service says, for which there are no words here. */
export const readable = (key) => key.split(".").at(-1).replace(/([a-z0-9])([A-Z])/g, "$1 $2").replaceAll("_", " ").toLowerCase();

/** Text for attributes and for sentences without foreign words. Strings put in are isolated, so that no control in them turns ours around. */
export function text(key, values = {}) {
  return pattern(key, values).replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : isolated(value ?? "");
  });
}

/** The same as nodes: strings put in become `<bdi>`, nodes stay what they are. */
export function nodes(key, values = {}) {
  return pattern(key, values).split(/\{(\w+)\}/).flatMap((part, index) => {
    if (index % 2 === 0) return part === "" ? [] : [document.createTextNode(part)];
    const value = values[part];
    if (value instanceof Node) return [value];
    if (typeof value === "number") return [document.createTextNode(number(value))];
    const bdi = document.createElement("bdi");
    bdi.textContent = withoutControls(value ?? "");
    return [bdi];
  });
}

/** A foreign text among ours, in an attribute: between isolates. */
export const isolated = (value) => `\u2068${withoutControls(value)}\u2069`;

/** Embeddings, overrides and isolates reach out of what holds them when one is not closed, even out of `<bdi>`: what people wrote goes without. */
export const withoutControls = (value) => String(value).replace(/[\u202a-\u202e\u2066-\u2069]/g, "");

/** A format is made once for each of the few forms: that costs as much as a hundred numbers, and each card has one. */
export function number(value, options) {
  const form = JSON.stringify(options ?? null);
  let format = numberFormats.get(form);
  if (!format) numberFormats.set(form, format = new Intl.NumberFormat(language, options));
  return format.format(value);
}

export const percent = (value) => number(value, { style: "percent" });
export const date = (value) => new Intl.DateTimeFormat(language, { dateStyle: "medium" }).format(new Date(value));
export const moment = (value) => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(value));
export const list = (values) => new Intl.ListFormat(language, { type: "unit" }).format(values);

export function bytes(count) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(count, 1)) / 3)));
  return number(count / 1000 ** step, { style: "unit", unit: units[step], unitDisplay: "short", maximumFractionDigits: step > 1 ? 1 : 0 });
}

/** 1:02:03 */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0)), two = (value) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** "3 minutes ago"; "now" within the first, which nobody counts. */
export function ago(value, now = Date.now()) {
  const seconds = (new Date(value) - now) / 1000, format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  if (Math.abs(seconds) < 60) return format.format(0, "second");
  for (const [unit, length, bound] of [["minute", 60, 3600], ["hour", 3600, 86400], ["day", 86400, 7 * 86400]]) {
    if (Math.abs(seconds) < bound) return format.format(Math.round(seconds / length), unit);
  }
  return date(value);
}
