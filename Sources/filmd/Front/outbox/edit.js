import { button, make } from "../page/dom.js";
import { note } from "../page/announcer.js";
import { showDialog } from "../page/dialog.js";
import { complainOf, field, textInput } from "../page/fields.js";
import { fileField } from "../page/file-field.js";
import { fieldName, fieldWords } from "../page/problem-words.js";
import { ratingChoice } from "../comments/rating-choice.js";
import { showMovieForm } from "../movies/form.js";
import { askForFile, forgetFile, keepFile } from "../storage/files.js";
import { uuid7 } from "../identifiers/uuid7.js";
import { text } from "../texts/texts.js";
import { FileSender } from "./file-sender.js";

/** What the service refused is corrected here, with what it said at the fields, and sent again. */
const editors = {
  "movie.create": editMovie, "movie.change": editMovie, "comment.create": editOwn, "comment.change": editOwn, "playlist.create": editOwn, "playlist.change": editOwn,
};

export const isEditable = ({ kind }) => Object.hasOwn(editors, kind);
export const edit = (signedIn, entry) => editors[entry.kind](signedIn, entry);

/** Whether another file may help. Where the film is gone, or not the person's, none does. */
export const mayChooseAgain = ({ file, problem }) => Boolean(file) && !["not_found", "gone", "forbidden"].includes(problem?.code);

function editMovie(signedIn, entry) {
  showMovieForm(signedIn, entry.body, {
    only: entry.kind === "movie.change" ? Object.keys(entry.body) : undefined, wrong: fieldWords(entry.problem),
    onSave: (values) => signedIn.outbox.retry(entry, { ...entry.body, ...values }),
  });
}

/** A comment or a list: their own few fields. */
function editOwn({ outbox }, entry) {
  const { body } = entry, rating = ratingChoice(body.rating ?? null);
  const inputs = {
    name: () => textInput({ value: body.name, "data-first": true }),
    text: () => make("textarea", { class: "field", dir: "auto", rows: 4, value: body.text ?? "", "data-first": true }),
    rating: () => rating.input,
  };
  const labels = { name: text("fields.name"), text: text("yourComment"), rating: text("yourRating") };
  const fields = Object.fromEntries(Object.keys(inputs).filter((name) => name in body).map((name) => [name, field(labels[name], inputs[name]())]));
  const save = (event) => {
    event.preventDefault();
    const values = Object.fromEntries(Object.entries(fields).map(([name, { input }]) => [name, name === "rating" ? rating.given() : input.value.trim()]));
    dialog.close();
    outbox.retry(entry, { ...body, ...values });
  };
  const dialog = showDialog(text("edit"), make("form", { class: "form", onsubmit: save, novalidate: true }, Object.values(fields).map((one) => one.node), make("div", { class: "actions" }, make("button", { class: "button primary" }, text("sendAgain")))), { className: "narrow", asks: true });
  complainOf(fields, fieldWords(entry.problem));
}

/** The same file where part of it was sent already and it is only not here any more; else another one in its place. */
export async function chooseAgain({ database, outbox }, entry) {
  if (entry.problem.code === "file_missing" && await askForFile(database, entry.file)) return outbox.retry(entry);
  const mustBeSame = entry.problem.code === "file_missing" && entry.file.location;
  const chosen = fileField({ label: entry.file.name, hint: text(mustBeSame ? "chooseSame" : "chooseAnother"), accept: entry.file.purpose === "trailer" ? "video/*" : "image/*", onChange: (file) => { save.disabled = !file; } });
  const save = button(text("sendAgain"), async () => {
    save.disabled = true;
    if (mustBeSame && !await FileSender.isSame(entry.file, chosen.file)) return note(text("notSame"), { isError: true });
    dialog.close();
    await forgetFile(database, entry.file);
    const kept = await keepFile(database, uuid7(), chosen.file, chosen.handle);
    const file = { ...kept, purpose: entry.file.purpose, movieId: entry.file.movieId, ...(mustBeSame ? { sha256: entry.file.sha256, location: entry.file.location, grant: entry.file.grant } : {}) };
    await outbox.put({ ...entry, file });
    await outbox.retry(outbox.entries.find(({ sequence }) => sequence === entry.sequence));
  }, { class: "button primary", disabled: true });
  const dialog = showDialog(text("chooseAgain"), [chosen.node, make("div", { class: "actions" }, save)], { className: "narrow" });
}
