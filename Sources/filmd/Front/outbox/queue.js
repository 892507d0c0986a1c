/**
 * The rules of what waits to be sent, as values: no database, no network, no clock.
 *
 * An entry is one request that a person has caused:
 *   sequence   its place in the order, given by the database
 *   id         its own UUID; `kind`, what it is ("comment.create"); `about`, the ids of all it creates, changes or needs
 *   method, path, body
 *   file       {purpose, movieId, name, size, isPaused, ...} where a file goes first
 *   state      "waiting" | "parked"
 *   attempts, notBefore, problem
 *   mayHaveArrived  a request was sent and no response came back
 */

/** What the response to an entry means. `status` 0: no response. */
export function judge(entry, status) {
  if (status >= 200 && status < 300) return "done";
  // What shall be gone is gone.
  if (entry.method === "DELETE" && (status === 404 || status === 410)) return "done";
  if (status === 0 || status === 408 || status === 425 || status === 429 || status >= 500) return "retry";
  // Nobody is signed in: nothing is wrong with the entry, and it waits for its account.
  if (status === 401) return "signIn";
  return "park";
}

/** The entry after an attempt that shall be repeated. `wait` in milliseconds. */
export const postponed = (entry, now, wait, problem) =>
  ({ ...entry, mayHaveArrived: isUnsure(entry, problem), state: "waiting", attempts: entry.attempts + 1, notBefore: now + wait, problem: problem ?? null });

/** The entry after a response that no repetition would change: it stays, for the person to see. */
export const parked = (entry, problem) => ({ ...entry, state: "parked", notBefore: 0, problem });

/** Of entries that were sent together, those that are different now. */
export const unsure = (entries, problem) => entries.filter((entry) => !entry.mayHaveArrived && isUnsure(entry, problem)).map((entry) => ({ ...entry, mayHaveArrived: true }));

/** Only the service knows whether a request without a response arrived. One that a device without a network never sent did not, nor one whose file is still on its way. */
const isUnsure = (entry, problem) => Boolean(entry.mayHaveArrived
  || problem && [0, 408, 502, 504].includes(problem.status) && !problem.details?.wasOffline && !(entry.file && !entry.file.fileId));

/** The entry as if it had never been tried, with another body where it was edited. */
export const revived = (entry, body = entry.body) => ({ ...entry, body, state: "waiting", attempts: 0, notBefore: 0, problem: null });

/** Files are slow, and mediad may be away while filmd is there: they have a lane of their own. */
export const laneOf = (entry) => (entry.file ? "files" : "commands");

/**
 * What is to be sent next in a lane.
 *
 * Within a lane the order is strict, except that what is parked holds up only what is about the same thing: a comment on a film that
 * the service refused waits with the film; a comment on another one goes.
 *
 * @param entries all of the account's, in order.
 * @param now in milliseconds.
 * @returns {{entry}} | {{wait}} milliseconds until it is worth asking again | {{}} nothing to send.
 */
export const next = (entries, lane, now) => inOrder(entries, lane, now).next().value ?? {};

/** What `next` gives, and behind it what it would give if that were done, and so on: one pass over the entries for all of them. */
function* inOrder(entries, lane, now) {
  const unmade = new Set(), beforeFiles = new Set();
  const isIn = (entry, ids) => entry.about.some((id) => ids.has(id));
  const add = (entry, ids) => entry.about.forEach((id) => ids.add(id));
  for (const entry of entries) {
    const lacksSomething = isIn(entry, unmade);
    if (entry.state === "parked" || lacksSomething) {
      if (lacksSomething || makes(entry)) unmade.add(madeBy(entry));
      continue;
    }
    if (laneOf(entry) !== lane) {
      // A file goes after the commands that make what it belongs to; a command never waits for a file.
      if (lane === "files") add(entry, beforeFiles);
      continue;
    }
    if (isIn(entry, beforeFiles) || entry.file?.isPaused) { add(entry, beforeFiles); continue; }
    yield entry.notBefore > now ? { wait: entry.notBefore - now } : { entry };
  }
}

/**
 * What can be sent together, in order: what `next` would give one after the other if each were done. It ends before a change that has to
 * be `rebased` on the response to one in front of it, and before a request would be too long for the service.
 */
export function together(entries, now, { most = 100, characters = 300_000 } = {}) {
  const found = [];
  let length = 0;
  for (const { entry } of inOrder(entries, "commands", now)) {
    if (!entry) break;
    length += JSON.stringify(entry.body ?? null).length;
    if (found.length > 0 && (length > characters || needsResponse(entry, found))) break;
    found.push(entry);
    if (found.length === most) break;
  }
  return found;
}

const changesMovie = ({ kind }) => ["movie.create", "movie.change", "poster.attach", "trailer.attach"].includes(kind);
const needsResponse = (entry, before) =>
  entry.kind === "movie.change" && before.some((one) => changesMovie(one) && one.about[0] === entry.about[0]);

const makes = (entry) => entry.kind.endsWith(".create") || entry.kind === "item.add";
const madeBy = (entry) => entry.about[0];

/** What goes with an entry when it is discarded: all that only makes sense once it was done. */
export function dependants(entries, entry) {
  if (!makes(entry)) return [];
  const made = new Set([madeBy(entry)]), found = [];
  for (const later of entries) {
    if (later.sequence <= entry.sequence || !later.about.some((id) => made.has(id))) continue;
    found.push(later);
    if (makes(later)) made.add(madeBy(later));
  }
  return found;
}

/**
 * After a change was accepted, later entries that change the same fields know the versions that it gave them: else the person would
 * be told of a conflict with themselves. After a creation that is every field.
 */
export function rebased(entries, sent, record) {
  if (!record?.fieldVersions || !changesMovie(sent)) return [];
  const given = new Set(sent.kind === "movie.create" ? Object.keys(record.fieldVersions) : fieldsOf(sent));
  return entries.flatMap((entry) => {
    if (!changesMovie(entry) || entry.kind === "movie.create" || entry.sequence <= sent.sequence || entry.about[0] !== record.id) return [];
    const known = { ...entry.body.baseVersions };
    for (const field of fieldsOf(entry)) if (given.has(field) && field in record.fieldVersions) known[field] = record.fieldVersions[field];
    return [{ ...entry, body: { ...entry.body, baseVersions: known } }];
  });
}

const fieldsOf = (entry) => (entry.file ? [`${entry.file.purpose}FileId`] : Object.keys(entry.body));

/** A newer position in a film replaces one that waits: only the last one matters. The waiting entry to be replaced, or undefined. */
export function replaceable(entries, entry) {
  if (entry.kind !== "history.put") return undefined;
  return entries.findLast((other) => other.kind === "history.put" && other.path === entry.path && other.state === "waiting" && !other.isBeingSent);
}

/** Files of a film that is deleted need not be sent, nor a file whose place another one takes. */
export const makesObsolete = (command, entry) => Boolean(entry.file) &&
  (command.kind === "movie.delete" ? entry.file.movieId === command.about[0] : command.kind === entry.kind && command.path === entry.path);
