import { button, icon, iconButton, leaveRow, make, refill, written } from "../page/dom.js";
import { note } from "../page/announcer.js";
import { ask, showDialog } from "../page/dialog.js";
import { complainOf, field, textInput } from "../page/fields.js";
import { fileField } from "../page/file-field.js";
import { fieldWords, words } from "../page/problem-words.js";
import { notice } from "../movies/conflicts.js";
import { showMovieForm } from "../movies/form.js";
import { askForFile, forgetFile, keepFile } from "../storage/files.js";
import { uuid7 } from "../identifiers/uuid7.js";
import { ago, bytes, percent, text } from "../texts/texts.js";
import { nameOf } from "../playlists/toggle.js";
import { FileSender } from "./file-sender.js";
import { dependants } from "./queue.js";

const shownAtOnce = 100;

/** What waits to be sent, what the service refused, and what others have overwritten. */
export function waitingView({ signedIn }) {
  const { library, outbox } = signedIn;
  const list = make("ul", { class: "entries" }), conflicts = make("div"), head = make("p", { class: "count", role: "status" });
  const empty = make("div", { class: "empty", hidden: true }, icon("check"), make("p", { "aria-hidden": "true" }, text("allSent")));
  const sendNow = button(text("sendNow"), () => { signedIn.sender.wake(true); signedIn.channel.post({ type: "work" }); }, {}, icon("send"));
  const node = make("div", { class: "wide" }, make("div", { class: "view-head" }, make("h1", { tabindex: "-1" }, text("waiting")), head, sendNow),
    make("p", { class: "soft" }, text("waitingWords")), conflicts, list, empty);
  let entries = null, known = null, rows = new Map();

  const about = (entry) => {
    const movie = entry.about.map((id) => library.view.movie.get(id) ?? library.model.movie.get(id)).find(Boolean);
    const playlist = entry.about.map((id) => library.view.playlist.get(id)).find(Boolean);
    return entry.body?.title ?? movie?.title ?? (playlist ? nameOf(playlist) : entry.body?.name) ?? "";
  };
  const state = (entry) => {
    if (entry.state === "parked") return null;
    const come = signedIn.progress.get(entry.id);
    if (entry.file?.isPaused) return text("paused");
    if (come?.state === "processing") return text("processing");
    if (come) return text("sentPart", { part: percent(come.sent / Math.max(1, come.size)) });
    if (entry.problem) return text("triedAgain", { problem: words(entry.problem) });
    return text("waits");
  };
  const row = (entry) => {
    const kind = text(`kinds.${entry.kind.replace(".", "_")}`), isParked = entry.state === "parked";
    const come = signedIn.progress.get(entry.id), title = about(entry);
    const actions = make("div", { class: "actions" });
    if (isParked) {
      if (entry.file && ["file_missing", "upload_gone", "type_not_allowed", "file_too_large", "file_damaged"].includes(entry.problem.code)) actions.append(button(text("chooseAgain"), () => chooseAgain(entry), { class: "button small", "data-key": `choose-${entry.sequence}` }));
      else if (editable(entry)) actions.append(button(text("edit"), () => edit(entry), { class: "button small", "data-key": `edit-${entry.sequence}` }));
      actions.append(button(text("retry"), () => outbox.retry(entry), { class: "button small", "data-key": `retry-${entry.sequence}` }));
    } else if (entry.file) actions.append(entry.file.isPaused ? iconButton("play", text("goOn"), () => signedIn.control("resume", entry), { "data-key": `pause-${entry.sequence}` }) : iconButton("pause", text("pause"), () => signedIn.control("pause", entry), { "data-key": `pause-${entry.sequence}` }));
    actions.append(button(text("discard"), () => discard(entry), { class: "button small quiet danger-text", "data-key": `discard-${entry.sequence}` }));
    const thing = [kind, title].filter(Boolean).join(" ");
    for (const control of actions.children) control.setAttribute("aria-label", text("ofThing", { action: control.getAttribute("aria-label") ?? control.textContent, thing }));
    return make("li", { class: isParked ? "entry parked" : "entry" },
      make("div", { class: "entry-words" }, make("b", {}, kind), title ? [" ", written(title)] : null,
        entry.file ? make("span", { class: "soft" }, " ", written(entry.file.name), `, ${bytes(entry.file.size)}`) : entry.body?.text ? make("span", { class: "soft clip" }, " ", written(entry.body.text)) : null,
        make("span", { class: "soft state" }, " ", state(entry)), make("span", { class: "soft" }, " ", ago(entry.at))),
      entry.file && !isParked ? make("progress", { max: 1, value: come ? come.sent / Math.max(1, come.size) : 0, "aria-label": entry.file.name }) : null,
      isParked ? make("div", { class: "problem" }, words(entry.problem), fieldList(entry)) : null, actions);
  };
  const fieldList = (entry) => {
    const wrong = [...fieldWords(entry.problem)];
    return wrong.length > 0 ? make("ul", {}, wrong.map(([name, said]) => make("li", {}, text("labelled", { label: text(`fields.${name}`), words: said })))) : null;
  };
  const editable = (entry) => ["movie.create", "movie.change", "comment.create", "comment.change", "playlist.create", "playlist.change"].includes(entry.kind);
  const edit = (entry) => {
    if (entry.kind === "movie.create") return showMovieForm(signedIn, entry.body, { onSave: (values) => outbox.retry(entry, { ...entry.body, ...values }) });
    const names = Object.keys(entry.body).filter((name) => ["string", "number"].includes(typeof entry.body[name]) && name !== "id" && name !== "visibility");
    const fields = Object.fromEntries(names.map((name) => [name, field(text(`fields.${name}`), ["text", "description"].includes(name) ? make("textarea", { class: "field", rows: 4, value: entry.body[name] }) : textInput({ value: entry.body[name] }))]));
    const save = (event) => {
      event.preventDefault();
      const values = Object.fromEntries(names.map((name) => [name, typeof entry.body[name] === "number" ? Number(fields[name].input.value.replace(",", ".")) : fields[name].input.value]));
      dialog.close();
      outbox.retry(entry, { ...entry.body, ...values });
    };
    const dialog = showDialog(text("edit"), make("form", { class: "form", onsubmit: save }, Object.values(fields).map((one) => one.node), make("div", { class: "actions" }, make("button", { class: "button primary" }, text("sendAgain")))), { className: "narrow", asks: true });
    complainOf(fields, fieldWords(entry.problem));
  };
  const chooseAgain = async (entry) => {
    if (entry.problem.code === "file_missing" && await askForFile(signedIn.database, entry.file)) return outbox.retry(entry);
    const mustBeSame = entry.problem.code === "file_missing" && entry.file.location;
    const chosen = fileField({ label: entry.file.name, hint: text(mustBeSame ? "chooseSame" : "chooseAnother"), accept: entry.file.purpose === "trailer" ? "video/*" : "image/*", onChange: (file) => { save.disabled = !file; } });
    const save = button(text("sendAgain"), async () => {
      save.disabled = true;
      if (mustBeSame && !await FileSender.isSame(entry.file, chosen.file)) return note(text("notSame"), { isError: true });
      dialog.close();
      await forgetFile(signedIn.database, entry.file);
      const kept = await keepFile(signedIn.database, uuid7(), chosen.file, chosen.handle);
      const file = { ...kept, purpose: entry.file.purpose, movieId: entry.file.movieId, sha256: entry.file.sha256, ...(mustBeSame ? { location: entry.file.location, grant: entry.file.grant } : {}) };
      await outbox.put({ ...entry, file });
      await outbox.retry(outbox.entries.find(({ sequence }) => sequence === entry.sequence));
    }, { class: "button primary", disabled: true });
    const dialog = showDialog(text("chooseAgain"), [chosen.node, make("div", { class: "actions" }, save)], { className: "narrow" });
  };
  const discard = async (entry) => {
    const others = dependants(outbox.entries, entry).length;
    const asked = await ask(text("discardTitle"), others > 0 ? text("discardWithOthers", { count: others }) : text("discardWords"), [{ value: null, label: text("keep") }, { value: "yes", label: text("discard"), isDanger: true }]);
    if (asked !== "yes") return;
    const row = list.querySelector(`[data-key="discard-${entry.sequence}"]`)?.closest("li");
    if (row) leaveRow(row, "[data-key^=discard-]");
    if (entry.file) signedIn.control("cancel", entry); else await outbox.discard(entry);
  };

  /** A row stays the same element while its entry is the same value: what is being clicked or read is not taken away. */
  const draw = () => {
    const all = [...outbox.entries].sort((a, b) => Number(b.state === "parked") - Number(a.state === "parked") || a.sequence - b.sequence), before = rows;
    head.textContent = all.length === 0 ? text("allSent") : text("waitingCount", { count: all.length });
    // Said to a screen reader here, shown in the middle of the empty page.
    head.className = all.length === 0 ? "unseen" : "count";
    empty.hidden = all.length > 0;
    sendNow.hidden = all.length === 0;
    rows = new Map(all.slice(0, shownAtOnce).map((entry) => [entry, before.get(entry) ?? row(entry)]));
    refill(list, [...rows.values()], all.length > shownAtOnce ? make("li", { class: "soft" }, text("andMore", { count: all.length - shownAtOnce })) : null);
  };
  const drawProgress = () => {
    for (const [entry, node_] of rows) {
      const come = entry.file && signedIn.progress.get(entry.id);
      if (!come || entry.state === "parked") continue;
      node_.querySelector(".state").textContent = ` ${state(entry)}`;
      const bar = node_.querySelector("progress");
      if (bar) bar.value = come.sent / Math.max(1, come.size);
    }
  };

  const drawConflicts = () => refill(conflicts, [...library.view.conflict.values()].map((conflict) => {
    const movie = library.view.movie.get(conflict.movieId);
    return movie ? make("div", {}, make("a", { href: `/movies/${movie.id}` }, written(movie.title)), notice(signedIn, movie, conflict)) : null;
  }));
  return {
    node, title: text("waiting"),
    update() {
      if (outbox.entries !== entries) { entries = outbox.entries; draw(); }
      if (library.view.conflict !== known) { known = library.view.conflict; drawConflicts(); }
    },
    onProgress: drawProgress,
  };
}
