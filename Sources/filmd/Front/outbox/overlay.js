/**
 * What the person sees: the service's records with all that waits to be sent laid over them, as a new model. Pure: the same model and
 * the same entries give the same view. A record that something waiting has changed says so with `isWaiting`, and with `isRefused` where
 * the service did not take it and the person has to look.
 *
 * @param before the view before this one: what is as it was there stays the same value, so that nothing is drawn again for it.
 */
export function overlay(model, entries, me, before = null) {
  if (entries.length === 0) return model;
  const view = { ...model };
  const table = (entity) => (view[entity] === model[entity] ? (view[entity] = new Map(model[entity])) : view[entity]);
  for (const entry of entries) {
    const change = (entity, id, how) => {
      const record = view[entity].get(id);
      if (record) table(entity).set(id, { ...record, ...how(record), ...marks(entry) });
    };
    steps[entry.kind]?.({ entry, me, table, change });
  }
  if (before) keep(view, model, before);
  return view;
}

function keep(view, model, before) {
  for (const entity of Object.keys(view)) {
    if (view[entity] === model[entity]) continue;
    for (const [id, record] of view[entity]) {
      const old = record.isWaiting ? before[entity].get(id) : undefined;
      if (old && sameMembers(old, record)) view[entity].set(id, old);
    }
  }
}

const sameMembers = (a, b) => Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((name) => a[name] === b[name]);

const withoutVersions = ({ baseVersions, ...fields }) => fields;
/** A poster or trailer that is taken away is not shown any more. */
const withoutFiles = ({ posterFileId, trailerFileId }) => ({ ...(posterFileId === null ? { poster: null, posterUrl: null } : {}), ...(trailerFileId === null ? { trailer: null, trailerUrl: null } : {}) });
const inItem = ({ path }) => decodeURIComponent(path.split("/")[5] ?? "");
const author = (me) => ({ id: me.id, username: me.username, avatar: me.avatar ?? null });

const steps = {
  "movie.create": ({ entry, me, table }) => {
    const { body } = entry;
    table("movie").set(body.id, {
      description: "", year: null, rating: null, categories: [], tags: [], poster: null, trailer: null, posterUrl: null, trailerUrl: null,
      ratings: { mean: null, count: 0 }, ...body, addedBy: author(me), createdAt: timeOf(entry), updatedAt: timeOf(entry),
      version: 0, fieldVersions: {}, ...marks(entry), isUnsent: true,
    });
  },
  "movie.change": ({ entry, change }) => change("movie", entry.about[0], () => ({ ...withoutVersions(entry.body), ...withoutFiles(entry.body) })),
  "movie.delete": ({ entry, table }) => table("movie").delete(entry.about[0]),
  "poster.attach": ({ entry, change }) => change("movie", entry.file.movieId, () => ({ waitingPoster: entry.file.key ?? true })),
  "trailer.attach": ({ entry, change }) => change("movie", entry.file.movieId, () => ({ waitingTrailer: true })),
  "avatar.attach": ({ entry, me, change }) => change("account", me.id, () => ({ waitingAvatar: entry.file.key ?? true })),
  "profile.change": ({ entry, me, change }) => change("account", me.id, ({ preferences }) =>
    ({ ...entry.body, ...(entry.body.preferences ? { preferences: { ...preferences, ...entry.body.preferences } } : {}) })),

  "comment.create": ({ entry, me, table }) => table("comment").set(entry.body.id, {
    ...entry.body, movieId: entry.about[1], author: author(me), createdAt: timeOf(entry), updatedAt: timeOf(entry), version: 0, ...marks(entry),
  }),
  "comment.change": ({ entry, change }) => change("comment", entry.about[0], () => entry.body),
  "comment.delete": ({ entry, table }) => table("comment").delete(entry.about[0]),

  "playlist.create": ({ entry, table }) => table("playlist").set(entry.body.id, {
    ...entry.body, kind: "own", items: [], shareUrl: null, createdAt: timeOf(entry), updatedAt: timeOf(entry), version: 0, ...marks(entry),
  }),
  "playlist.change": ({ entry, change }) => change("playlist", entry.about[0], () => entry.body),
  "playlist.delete": ({ entry, table }) => table("playlist").delete(entry.about[0]),
  "item.add": ({ entry, change }) => change("playlist", entry.about[1], ({ items }) =>
    ({ items: placed(items, { id: entry.body.id, movieId: entry.body.movieId, addedAt: timeOf(entry), isWaiting: true }, entry.body.before) })),
  "item.move": ({ entry, change }) => change("playlist", entry.about[1], ({ items }) => {
    const item = items.find(({ id }) => id === inItem(entry));
    return { items: item ? placed(items, item, entry.body.before) : items };
  }),
  "item.remove": ({ entry, change }) => change("playlist", entry.about[1], ({ items }) => ({ items: items.filter(({ id }) => id !== inItem(entry)) })),

  "history.put": ({ entry, table }) => table("history").set(entry.about[0], {
    movieId: entry.about[0], ...entry.body, updatedAt: timeOf(entry), version: 0, ...marks(entry),
  }),
  "conflict.dismiss": ({ entry, table }) => table("conflict").delete(entry.about[0]),
};

const marks = ({ state }) => (state === "parked" ? { isWaiting: true, isRefused: true } : { isWaiting: true });
const timeOf = (entry) => entry.at ?? null;

/** The items with one in front of another, wherever it was before; at the end where that one is gone, as the service does. */
export function placed(items, item, before) {
  const rest = items.filter(({ id, movieId }) => id !== item.id && movieId !== item.movieId);
  const index = before == null ? -1 : rest.findIndex(({ id }) => id === before);
  return index < 0 ? [...rest, item] : [...rest.slice(0, index), item, ...rest.slice(index)];
}
