import { button, make } from "../page/dom.js";
import { note } from "../page/announcer.js";
import { showDialog } from "../page/dialog.js";
import { complainOf, field, textInput, tooLong } from "../page/fields.js";
import { fileField } from "../page/file-field.js";
import { commands } from "../outbox/commands.js";
import { draftOf } from "../storage/drafts.js";
import { text, language } from "../texts/texts.js";
import { go } from "../page/router.js";
import { askForPersistence, isPersistent } from "../storage/persistence.js";
import { changed, limits, read, years } from "./fields.js";
import { presentFile } from "./present-file.js";

/**
 * Adds a film, or changes one. Either way it is kept on the device first, and then sent.
 *
 * @param options.onSave takes the values instead, of what the service refused. @param options.only names of fields: no others are shown.
 * @param options.wrong what the service said: Map from field to words.
 */
export function showMovieForm(signedIn, movie = null, { onSave, only, wrong: refused = new Map() } = {}) {
  const decimal = (value) => (value == null ? "" : String(value).replace(".", language === "fr" ? "," : "."));
  const all = {
    title: field(text("fields.title"), textInput({ required: true, "data-first": true, value: movie?.title ?? "" })),
    year: field(text("fields.year"), textInput({ inputmode: "numeric", value: movie?.year ?? "" }), { isWide: false }),
    rating: field(text("fields.rating"), textInput({ inputmode: "decimal", value: decimal(movie?.rating) }), { isWide: false }),
    categories: field(text("fields.categories"), textInput({ value: (movie?.categories ?? []).join(", ") }), { hint: text("commas") }),
    tags: field(text("fields.tags"), textInput({ value: (movie?.tags ?? []).join(", ") })),
    description: field(text("fields.description"), make("textarea", { class: "field", dir: "auto", rows: 5, value: movie?.description ?? "" })),
  };
  const fields = Object.fromEntries(Object.entries(all).filter(([name]) => !only || only.includes(name)));
  const withFiles = onSave === undefined;
  const files = Object.fromEntries(Object.entries({ poster: "image/*", trailer: "video/*" }).map(([purpose, accept]) => [purpose, {
    chosen: fileField({ label: text(purpose), hint: text(`${purpose}Hint`), accept }), present: presentFile(withFiles ? movie : null, purpose, () => dialog.touch()),
  }]));
  const draft = draftOf(signedIn.library.me.id, `${withFiles ? "film" : "entry"} ${movie?.id ?? ""}`);
  const texts = () => Object.fromEntries(Object.entries(fields).map(([name, { input }]) => [name, input.value])), before = texts();

  const save = async () => {
    const { fields: values, wrong } = read(texts());
    if (complainOf(fields, new Map([...wrong].map(([name, code]) => [name, said(name, code, fields[name].input.value)])))) return;
    if (onSave) { draft.forget(); dialog.close(); return onSave(values); }
    // The files first, then all together: what was saved is all there, whatever happens to this page in the next second.
    submit.disabled = true;
    submit.textContent = text("keeping");
    const kept = await Promise.all(Object.values(files).map(({ chosen: { file, handle } }) => file && signedIn.keep(file, handle)));
    const removed = Object.keys(files).filter((purpose, index) => files[purpose].present.isGone && !kept[index]);
    for (const purpose of removed) values[`${purpose}FileId`] = null;
    const fewer = movie && changed(movie, values), todo = [];
    if (!movie) todo.push(commands.createMovie(values));
    else if (Object.keys(fewer).length > 0) todo.push(commands.changeMovie(movie, fewer));
    const id = movie?.id ?? todo[0].body.id;
    if (kept[0]) todo.push(commands.attach("poster", movie ?? { id }, kept[0]));
    if (kept[1]) todo.push(commands.attach("trailer", movie ?? { id }, kept[1]));
    // One that has not been sent yet need not be.
    for (const entry of signedIn.outbox.entries) if (removed.some((purpose) => entry.kind === `${purpose}.attach` && entry.file.movieId === id)) signedIn.control("cancel", entry);
    if (todo.length > 0) await signedIn.do(...todo);
    draft.forget();
    dialog.close();
    if (!movie) go(`/movies/${id}`);
    if (kept.some((file) => file?.kept === "none")) note(text("notKept"), { isError: true });
    if (kept.some(Boolean)) offerPersistence();
  };
  const submit = make("button", { class: "button primary" }, text(onSave ? "sendAgain" : movie ? "save" : "addFilm"));
  const keep = () => {
    const typed = Object.entries(texts()).filter(([name, value]) => value !== before[name]);
    if (typed.length > 0) draft.write(Object.fromEntries(typed)); else draft.forget();
  };
  const typed = draft.read() ?? {};
  for (const [name, value] of Object.entries(typed)) if (name in fields) fields[name].input.value = value;
  const isBack = Object.keys(typed).length > 0;
  const form = make("form", { class: "form", novalidate: true, onsubmit: (event) => { event.preventDefault(); save(); }, oninput: keep },
    isBack ? make("p", { class: "hint" }, text("draftBack")) : null,
    fields.title?.node, fields.year || fields.rating ? make("div", { class: "pair" }, fields.year?.node, fields.rating?.node) : null, fields.categories?.node, fields.tags?.node, fields.description?.node,
    withFiles ? make("div", { class: "pair files" }, Object.values(files).map(({ chosen, present }) => make("div", {}, chosen.node, present.node))) : null,
    make("div", { class: "actions" }, submit, button(text("cancel"), () => dialog.leave())));
  const dialog = showDialog(movie ? text("editFilm") : text("addFilm"), form, { className: "form-dialog", asks: true, onDiscard: draft.forget });
  if (isBack) dialog.touch();
  complainOf(fields, refused);
}

/** What is wrong with a field, which says what is allowed. */
function said(name, code, written) {
  if (code === "too_long") return tooLong(written, limits[name]);
  if (code === "part_too_long") return text("limits.each", { limit: limits.tag });
  if (code === "too_many") return text("limits.parts", { limit: limits.tags });
  const { from, to } = years();
  return code === "year" ? text("limits.year", { from: String(from), to: String(to) }) : text(`problems.fields.${code}`);
}

/** Asked once, with the reason, when there is one. */
async function offerPersistence() {
  if (localStorage.getItem("persistence-asked") || await isPersistent()) return;
  localStorage.setItem("persistence-asked", "yes");
  note(text("persistReason"), { action: { label: text("persistYes"), run: async () => note(text(await askForPersistence() ? "persistGranted" : "persistRefused")) }, dismiss: text("no") });
}
