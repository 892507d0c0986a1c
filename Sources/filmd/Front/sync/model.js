/**
 * What the service has told us, as values. A model is never changed in place: folding changes into one gives another, and the two
 * share every table in which nothing changed. So a view can tell by `===` what it has to draw again.
 */

/** The tables of a model: each a Map from id to record. The names are those of `entity` in changes. */
export const entities = ["movie", "comment", "playlist", "history", "conflict", "account"];

/** The members of a page of the snapshot, by table. */
export const snapshotMembers = {
  movie: "movies", comment: "comments", playlist: "playlists", history: "history", conflict: "conflicts", account: "accounts",
};

export function emptyModel() {
  return Object.fromEntries(entities.map((entity) => [entity, new Map()]));
}

/** History belongs to the film, so the film's id is its key; everything else has an id of its own. */
export const keyOf = (entity, record) => (entity === "history" ? record.movieId : record.id);

/** Where people stand in records. */
const places = { movie: "addedBy", comment: "author", conflict: "by" };

/**
 * Folds changes into a model, in their order.
 *
 * A change carries the record as it was when the change was *delivered*, which may be newer than the change; a later page of a
 * snapshot, or the response to a request of ours, may be newer than changes that follow. So a record is replaced by one of a greater
 * version only.
 *
 * @returns {{model, touched}} `touched`: [entity, id] of each record that is different now or gone.
 */
export function fold(model, changes) {
  const next = { ...model }, touched = [];
  for (const change of changes) {
    const { entity, id } = change;
    if (entity === "person" && change.record) { becomes(change.record, next, model, touched); continue; }
    if (!Object.hasOwn(next, entity)) continue; // of a newer service than this page
    const before = next[entity].get(id);
    const isGone = change.type.endsWith(".deleted") || change.record == null;
    if (isGone ? before === undefined : before !== undefined && before.version >= change.record.version) continue;
    if (next[entity] === model[entity]) next[entity] = new Map(model[entity]);
    if (isGone) next[entity].delete(id); else next[entity].set(id, change.record);
    touched.push([entity, id]);
  }
  return { model: next, touched };
}

/** Another name or picture of somebody goes into all records that show it, which are no newer for it. */
function becomes(person, next, model, touched) {
  const known = JSON.stringify(person);
  for (const [entity, place] of Object.entries(places)) {
    for (const [id, record] of next[entity]) {
      if (record[place]?.id !== person.id || JSON.stringify(record[place]) === known) continue;
      if (next[entity] === model[entity]) next[entity] = new Map(model[entity]);
      next[entity].set(id, { ...record, [place]: person });
      touched.push([entity, id]);
    }
  }
}

/** Adds a page of a snapshot to a model that is being built. */
export function addPage(model, page) {
  const next = { ...model };
  for (const entity of entities) {
    const records = page[snapshotMembers[entity]] ?? [];
    if (records.length === 0) continue;
    next[entity] = new Map(model[entity]);
    for (const record of records) next[entity].set(keyOf(entity, record), record);
  }
  return next;
}

/** What differs between two models, as [entity, id]: what must be drawn again, and written or removed on the device, after a resync. */
export function difference(before, after) {
  const found = [];
  for (const entity of entities) {
    if (before[entity] === after[entity]) continue;
    for (const [id, record] of after[entity]) {
      const old = before[entity].get(id);
      if (!old || old.version !== record.version) found.push([entity, id]);
    }
    for (const id of before[entity].keys()) if (!after[entity].has(id)) found.push([entity, id]);
  }
  return found;
}
