import { characters } from "../page/characters.js";

/**
 * The fields of a film between a person and the service: values only. What is wrong is said here first, in the same words as the service
 * would be quoted; the service judges again.
 */
export const limits = { title: 200, description: 10_000, tag: 50, tags: 30 };

const parts = (text) => [...new Set(text.split(",").map((part) => part.trim()).filter(Boolean))];

/** @param texts {title, year, rating, categories, tags, description} as typed, or some of them. @returns {{fields, wrong}} wrong: Map from field to code. */
export function read(texts) {
  const wrong = new Map(), present = Object.keys(readers).filter((name) => name in texts);
  return { fields: Object.fromEntries(present.map((name) => [name, readers[name](texts[name].trim(), wrong, name)])), wrong };
}

const readers = { title: readTitle, description: readText, categories: readParts, tags: readParts, year: readYear, rating: readRating };

function readTitle(text, wrong) {
  if (text === "") wrong.set("title", "required");
  return readText(text, wrong, "title");
}

function readText(text, wrong, name) {
  if (characters(text, limits[name]) > limits[name]) wrong.set(name, "too_long");
  return text;
}

function readParts(text, wrong, name) {
  const found = parts(text);
  if (found.length > limits.tags) wrong.set(name, "too_many");
  if (found.some((part) => characters(part, limits.tag) > limits.tag)) wrong.set(name, "part_too_long");
  return found;
}

/** The first films were made in 1888; some are announced years ahead. */
export const years = () => ({ from: 1870, to: new Date().getFullYear() + 20 });

function readYear(text, wrong) {
  if (text === "") return null;
  const year = Number(text), { from, to } = years();
  if (!/^\d{4}$/.test(text) || year < from || year > to) wrong.set("year", "year");
  return year;
}

/** "9.5" and, as people write it in French, "9,5". One decimal place. */
function readRating(text, wrong) {
  if (text === "") return null;
  const rating = Number(text.replace(",", "."));
  if (!/^\d{1,2}([.,]\d)?$/.test(text) || rating > 10) wrong.set("rating", "rating");
  return rating;
}

/** What differs from the film as it is shown: only that is sent, so that two people who change other fields don't meet. */
export function changed(movie, fields) {
  const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => !same(movie[name] ?? (Array.isArray(value) ? [] : typeof value === "string" ? "" : null), value)));
}
