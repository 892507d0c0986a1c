import { button, make, written } from "../page/dom.js";
import { commands } from "../outbox/commands.js";
import { fieldName } from "../page/problem-words.js";
import { ago, list, nodes, number, text } from "../texts/texts.js";

/** What two people changed at once: who lost is told, and can take it back; who won is told, too. */
export const conflictNotices = (signedIn, movie) =>
  [...signedIn.library.view.conflict.values()].filter(({ movieId }) => movieId === movie.id).map((conflict) => notice(signedIn, movie, conflict));

export function notice(signedIn, movie, conflict) {
  const { field, mine, theirs, outcome, by, at } = conflict;
  const dismiss = () => signedIn.do(commands.dismissConflict(conflict.id));
  const restore = async (value) => {
    await signedIn.do(commands.changeMovie(movie, { [field]: value }));
    await dismiss();
  };
  const key = outcome === "lost" ? "conflictLost" : "conflictWon";
  return make("aside", { class: "conflict", role: "status" },
    make("p", {}, nodes(key, { name: by?.username ?? text("somebody"), field: fieldName(field), when: document.createTextNode(ago(at)) })),
    // Of a file nothing can be shown but its name in the service.
    field.endsWith("FileId") ? null : make("dl", { class: "versus" }, make("dt", {}, text("yours")), make("dd", {}, shown(mine)), make("dt", {}, text("theirs")), make("dd", {}, shown(theirs))),
    make("div", { class: "actions" },
      outcome === "lost" ? button(text("takeBack"), () => restore(mine), { class: "button small", "data-key": `restore-${conflict.id}` }) : button(text("giveBack"), () => restore(theirs), { class: "button small", "data-key": `restore-${conflict.id}` }),
      button(text("leaveSo"), dismiss, { class: "button small quiet", "data-key": `leave-${conflict.id}` })));
}

function shown(value) {
  if (value == null || value === "" || value.length === 0) return make("i", { class: "soft" }, text("nothing"));
  if (Array.isArray(value)) return written(list(value));
  if (typeof value === "number") return number(value, { useGrouping: false });
  return written(value.length > 300 ? `${value.slice(0, 300)}…` : value);
}
