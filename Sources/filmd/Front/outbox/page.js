import { button, icon, iconButton, leaveRow, make, refill, written } from "../page/dom.js";
import { ask } from "../page/dialog.js";
import { fieldName, fieldWords, words } from "../page/problem-words.js";
import { notice } from "../movies/conflicts.js";
import { ago, bytes, percent, text } from "../texts/texts.js";
import { aboutOf, kindOf } from "./about.js";
import { waitingCounts, waitingWords } from "./attention.js";
import { chooseAgain, edit, isEditable, mayChooseAgain } from "./edit.js";
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
  let entries = null, known = {}, rows = new Map();

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
    const isParked = entry.state === "parked", come = signedIn.progress.get(entry.id);
    const actions = make("div", { class: "actions" });
    if (isParked) {
      if (mayChooseAgain(entry)) actions.append(button(text("chooseAgain"), () => chooseAgain(signedIn, entry), { class: "button small", "data-key": `choose-${entry.sequence}` }));
      else if (isEditable(entry)) actions.append(button(text("edit"), () => edit(signedIn, entry), { class: "button small", "data-key": `edit-${entry.sequence}` }));
      actions.append(button(text("retry"), () => outbox.retry(entry), { class: "button small", "data-key": `retry-${entry.sequence}` }));
    } else if (entry.file) actions.append(entry.file.isPaused ? iconButton("play", text("goOn"), () => signedIn.control("resume", entry), { "data-key": `pause-${entry.sequence}` }) : iconButton("pause", text("pause"), () => signedIn.control("pause", entry), { "data-key": `pause-${entry.sequence}` }));
    actions.append(button(text("discard"), () => discard(entry), { class: "button small quiet danger-text", "data-key": `discard-${entry.sequence}` }));
    const thing = [kindOf(entry), ...aboutOf(entry, library)].join(" ");
    for (const control of actions.children) control.setAttribute("aria-label", text("ofThing", { action: control.getAttribute("aria-label") ?? control.textContent, thing }));
    return make("li", { class: isParked ? "entry parked" : "entry" },
      make("div", { class: "entry-words" }, make("b", {}, kindOf(entry)), aboutOf(entry, library).map((name, index) => [index > 0 ? " · " : " ", written(name)]),
        entry.file ? make("span", { class: "soft" }, " ", written(entry.file.name), `, ${bytes(entry.file.size)}`) : entry.body?.text ? make("span", { class: "soft clip" }, " ", written(entry.body.text)) : null,
        make("span", { class: "soft state" }, " ", state(entry)), make("span", { class: "soft" }, " ", ago(entry.at))),
      entry.file && !isParked ? make("progress", { max: 1, value: come ? come.sent / Math.max(1, come.size) : 0, "aria-label": entry.file.name }) : null,
      isParked ? make("div", { class: "problem" }, words(entry.problem), fieldList(entry)) : null, actions);
  };
  const fieldList = (entry) => {
    const wrong = [...fieldWords(entry.problem)];
    return wrong.length > 0 ? make("ul", {}, wrong.map(([name, said]) => make("li", {}, text("labelled", { label: fieldName(name), words: said })))) : null;
  };
  const discard = async (entry) => {
    const others = dependants(outbox.entries, entry).length;
    const asked = await ask(text("discardTitle"), [text(entry.mayHaveArrived ? "discardUnsure" : "discardWords"), others > 0 ? [" ", text("discardWithOthers", { count: others })] : null], [{ value: null, label: text("keep") }, { value: "yes", label: text("discard"), isDanger: true }]);
    if (asked !== "yes") return;
    const row = list.querySelector(`[data-key="discard-${entry.sequence}"]`)?.closest("li");
    if (row) leaveRow(row, "[data-key^=discard-]");
    if (entry.file) signedIn.control("cancel", entry); else await outbox.discard(entry);
  };

  /** A row stays the same element while its entry is the same value: what is being clicked or read is not taken away. */
  const draw = () => {
    const all = [...outbox.entries].sort((a, b) => Number(b.state === "parked") - Number(a.state === "parked") || a.sequence - b.sequence), before = rows;
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

  const drawHead = () => {
    const counts = waitingCounts(signedIn), isEmpty = counts.sending + counts.lost === 0, said = isEmpty ? text("allSent") : waitingWords(counts);
    if (head.textContent !== said) head.textContent = said;
    // Said to a screen reader here, shown in the middle of the empty page.
    head.className = isEmpty ? "unseen" : "count";
  };
  const drawConflicts = () => refill(conflicts, [...library.view.conflict.values()].map((conflict) => {
    const movie = library.view.movie.get(conflict.movieId);
    return movie ? make("div", {}, make("a", { href: `/movies/${movie.id}` }, written(movie.title)), notice(signedIn, movie, conflict)) : null;
  }));
  return {
    node, title: text("waiting"),
    update() {
      const { conflict, movie } = library.view;
      if (outbox.entries !== entries) { entries = outbox.entries; draw(); }
      if (conflict !== known.conflict || conflict.size > 0 && movie !== known.movie) { known = { conflict, movie }; drawConflicts(); }
      drawHead();
    },
    onProgress: drawProgress,
  };
}
