import { button, make } from "../page/dom.js";
import { note } from "../page/announcer.js";
import { ask, showDialog } from "../page/dialog.js";
import { complainOf, field, textInput } from "../page/fields.js";
import { fileField } from "../page/file-field.js";
import { commands } from "../outbox/commands.js";
import { text, language } from "../texts/texts.js";
import { go } from "../page/router.js";
import { askForPersistence, isPersistent } from "../storage/persistence.js";
import { changed, limits, read } from "./fields.js";

/** Adds a film, or changes one. Either way it is kept on the device first, and then sent. */
export function showMovieForm(signedIn, movie = null, { onSave } = {}) {
  const decimal = (value) => (value == null ? "" : String(value).replace(".", language === "fr" ? "," : "."));
  const fields = {
    title: field(text("fields.title"), textInput({ maxlength: limits.title, required: true, autofocus: true, value: movie?.title ?? "" })),
    year: field(text("fields.year"), textInput({ inputmode: "numeric", maxlength: 4, value: movie?.year ?? "" }), { isWide: false }),
    rating: field(text("fields.rating"), textInput({ inputmode: "decimal", maxlength: 4, value: decimal(movie?.rating) }), { isWide: false }),
    categories: field(text("fields.categories"), textInput({ value: (movie?.categories ?? []).join(", ") }), { hint: text("commas") }),
    tags: field(text("fields.tags"), textInput({ value: (movie?.tags ?? []).join(", ") })),
    description: field(text("fields.description"), make("textarea", { class: "field", dir: "auto", rows: 5, maxlength: limits.description, value: movie?.description ?? "" })),
  };
  const poster = fileField({ label: text("poster"), hint: text("posterHint"), accept: "image/*" });
  const trailer = fileField({ label: text("trailer"), hint: text("trailerHint"), accept: "video/*" });
  const withFiles = onSave === undefined;
  let isDirty = false, isSaved = false;

  const save = async () => {
    const texts = Object.fromEntries(Object.entries(fields).map(([name, { input }]) => [name, input.value]));
    const { fields: values, wrong } = read(texts);
    if (complainOf(fields, new Map([...wrong].map(([name, code]) => [name, text(`problems.fields.${code}`, { limit: limits[name] ?? limits.tag })])))) return;
    isSaved = true;
    if (onSave) { dialog.close(); return onSave(values); }
    // The files first, then all together: what was saved is all there, whatever happens to this page in the next second.
    submit.disabled = true;
    submit.textContent = text("keeping");
    const kept = await Promise.all([poster, trailer].map(({ file, handle }) => file && signedIn.keep(file, handle)));
    const fewer = movie && changed(movie, values), todo = [];
    if (!movie) todo.push(commands.createMovie(values));
    else if (Object.keys(fewer).length > 0) todo.push(commands.changeMovie(movie, fewer));
    const id = movie?.id ?? todo[0].body.id;
    if (kept[0]) todo.push(commands.attach("poster", id, kept[0]));
    if (kept[1]) todo.push(commands.attach("trailer", id, kept[1]));
    if (todo.length > 0) await signedIn.do(...todo);
    dialog.close();
    if (!movie) go(`/movies/${id}`);
    if (kept.some((file) => file?.kept === "none")) note(text("notKept"), { isError: true });
    if (kept.some(Boolean)) offerPersistence();
  };
  const submit = make("button", { class: "button primary" }, text(movie ? "save" : "addFilm"));
  const form = make("form", { class: "form", novalidate: true, onsubmit: (event) => { event.preventDefault(); save(); }, oninput: () => { isDirty = true; } },
    fields.title.node, make("div", { class: "pair" }, fields.year.node, fields.rating.node), fields.categories.node, fields.tags.node, fields.description.node,
    withFiles ? make("div", { class: "pair files" }, poster.node, trailer.node) : null,
    make("div", { class: "actions" }, submit, button(text("cancel"), () => leave())));
  const leave = async () => {
    if (isDirty && await ask(text("unsaved"), text("unsavedWords"), [{ value: "stay", label: text("goOnEditing") }, { value: "leave", label: text("discard"), isDanger: true }]) !== "leave") return;
    isSaved = true;
    dialog.close();
  };
  const dialog = showDialog(movie ? text("editFilm") : text("addFilm"), form, { className: "form-dialog", mayClose: () => { if (isDirty && !isSaved) { leave(); return false; } return true; } });
}

/** Asked once, with the reason, when there is one. */
async function offerPersistence() {
  if (localStorage.getItem("persistence-asked") || await isPersistent()) return;
  localStorage.setItem("persistence-asked", "yes");
  note(text("persistReason"), { action: { label: text("persistYes"), run: async () => note(text(await askForPersistence() ? "persistGranted" : "persistRefused")) }, dismiss: text("no") });
}
