import { list, text } from "../texts/texts.js";

/**
 * What needs the person, as values: changes of theirs that somebody's later one replaced, and what the service refused. Counted
 * wherever they are in the page until they are done with, and told once.
 */
export const lostConflicts = ({ conflict, movie }) =>
  [...conflict.values()].filter(({ outcome, movieId }) => outcome === "lost" && movie.has(movieId));

export const refusedEntries = (entries) => entries.filter(({ state }) => state === "parked");

export const waitingCounts = ({ outbox, library }) =>
  ({ sending: outbox.entries.length, refused: refusedEntries(outbox.entries).length, lost: lostConflicts(library.view).length });

/** Each number with its own words: how many wait, how many of them need the person, how many of theirs were replaced. */
export const waitingWords = ({ sending, refused, lost }) => list([
  ...(sending > 0 ? [text("waitingCount", { count: sending })] : []), ...(refused > 0 ? [text("refusedCount", { count: refused })] : []), ...(lost > 0 ? [text("lostCount", { count: lost })] : [])]);

/** What is new among it since the last look. What was replaced or refused anew is new. */
export class News {
  #known = new Set();

  /** @returns {{lost, refused, gone}} `gone`: keys of what needs nobody any more. */
  since(view, entries) {
    const lost = lostConflicts(view), refused = refusedEntries(entries), before = this.#known;
    this.#known = new Set([...lost, ...refused].map(keyOf));
    const isNew = (one) => !before.has(keyOf(one));
    return { lost: lost.filter(isNew), refused: refused.filter(isNew), gone: [...before].filter((key) => !this.#known.has(key)) };
  }
}

export const keyOf = (one) => (one.outcome ? `conflict ${one.id} ${one.version}` : `entry ${one.id}`);
