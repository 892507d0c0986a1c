import { button, icon } from "../page/dom.js";
import { commands } from "../outbox/commands.js";
import { text } from "../texts/texts.js";

const drawings = { favourites: "heart", toWatch: "bookmark" };

/** Characters of the name of a list, as the service has it. */
export const nameLimit = 100;

/** What a list is called: the two that everybody has are named by the page, in the person's language. */
export const nameOf = (playlist) => (playlist.kind === "own" ? playlist.name : text(`lists.${playlist.kind}`));

/** The two lists that everybody has, first, then the own ones by name. */
export const inOrder = (playlists) => {
  const rank = { favourites: 0, toWatch: 1, own: 2 };
  return [...playlists].sort((a, b) => rank[a.kind] - rank[b.kind] || nameOf(a).localeCompare(nameOf(b)));
};

export const itemOf = (playlist, movieId) => playlist?.items.find((item) => item.movieId === movieId);

export function setIn(signedIn, playlist, movieId, isIn) {
  const item = itemOf(playlist, movieId);
  if (isIn && !item) return signedIn.do(commands.addItem(playlist.id, movieId));
  if (!isIn && item) return signedIn.do(commands.removeItem(playlist.id, item.id));
}

/** A button that puts a film on one of the lists that everybody has, or takes it off. */
export function toggleIn(signedIn, movie, kind) {
  const playlist = [...signedIn.library.view.playlist.values()].find((one) => one.kind === kind);
  if (!playlist) return null;
  const isIn = itemOf(playlist, movie.id) !== undefined;
  return button(text(`lists.${kind}`), () => setIn(signedIn, playlist, movie.id, !isIn), { class: "button toggle", "aria-pressed": String(isIn), "data-key": kind }, icon(isIn ? `${drawings[kind]}-full` : drawings[kind]));
}
