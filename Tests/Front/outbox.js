import { commands } from "../../Sources/filmd/Front/outbox/commands.js";
import { overlay, placed } from "../../Sources/filmd/Front/outbox/overlay.js";
import { dependants, judge, makesObsolete, next, parked, postponed, rebased, replaceable, revived, together } from "../../Sources/filmd/Front/outbox/queue.js";
import { addPage, emptyModel } from "../../Sources/filmd/Front/sync/model.js";
import { equal, isTrue, test } from "./harness.js";

const queued = (...list) => list.map((command, index) => ({ sequence: index + 1, state: "waiting", attempts: 0, notBefore: 0, problem: null, ...command }));
const file = { key: "k", name: "p.jpg", size: 3, kept: "opfs" };
const me = { id: "me", username: "Amélie" };

test("2xx is done; 5xx, 429 and no response are tried again; 401 waits for a sign-in; other 4xx need the person", () => {
  const entry = commands.createMovie({ title: "t" });
  for (const status of [200, 201, 204]) equal(judge(entry, status), "done");
  for (const status of [0, 408, 429, 500, 502, 503, 507]) equal(judge(entry, status), "retry");
  equal(judge(entry, 401), "signIn");
  for (const status of [400, 403, 404, 409, 410, 412, 413, 422]) equal(judge(entry, status), "park");
});

test("what shall be gone and is gone is done", () => {
  equal(judge(commands.deleteMovie("m"), 404), "done");
  equal(judge(commands.deleteMovie("m"), 410), "done");
  equal(judge(commands.deleteMovie("m"), 403), "park");
});

test("commands go in order, one that waits holds up those behind it", () => {
  const [a, b] = queued(commands.createPlaylist("one"), commands.createPlaylist("two"));
  equal(next([a, b], "commands", 0).entry.sequence, 1);
  equal(next([postponed(a, 1000, 500), b], "commands", 1200), { wait: 300 });
  equal(next([postponed(a, 1000, 500), b], "commands", 1500).entry.sequence, 1);
});

test("what the service refused holds up only what needs it", () => {
  const film = commands.createMovie({ title: "refused" });
  const [a, b, c] = queued(film, commands.createComment(film.body.id, "of it", null), commands.createComment("other", "of another", null));
  const list = [parked(a, { code: "validation_failed" }), b, c];
  equal(next(list, "commands", 0).entry.sequence, 3);
  equal(next([revived(list[0]), b, c], "commands", 0).entry.sequence, 1);
});

test("a refused change holds up no later change of the same film", () => {
  const film = { id: "m", fieldVersions: { title: 1, year: 1 } };
  const [a, b] = queued(commands.changeMovie(film, { title: "x" }), commands.changeMovie(film, { year: 1927 }));
  equal(next([parked(a, {}), b], "commands", 0).entry.sequence, 2);
});

test("what goes together is what would go one after the other", () => {
  const film = commands.createMovie({ title: "t" }), other = commands.createMovie({ title: "u" });
  const list = queued(film, commands.attach("poster", { id: film.body.id }, file), commands.createComment(film.body.id, "c", null), other, commands.createPlaylist("p"));
  equal(together(list, 0).map(({ sequence }) => sequence), [1, 3, 4, 5]);
  equal(together(list, 0, { most: 2 }).map(({ sequence }) => sequence), [1, 3]);
  equal(together([postponed(list[0], 1000, 500), ...list.slice(1)], 1200), []);
  equal(together([parked(list[0], {}), ...list.slice(1)], 0).map(({ sequence }) => sequence), [4, 5], "what needs what was refused stays");
});

test("a batch of a long queue is found in one pass over it", () => {
  let looks = 0;
  const watched = (entry) => ({ ...entry, get state() { looks += 1; return "waiting"; } });
  const files = Array.from({ length: 4000 }, (_, index) => commands.attach("poster", { id: `m${index}` }, file));
  const list = queued(...files, ...Array.from({ length: 1000 }, () => commands.createPlaylist("p"))).map(watched);
  looks = 0;
  equal(together(list, 0).map(({ sequence }) => sequence), Array.from({ length: 100 }, (_, index) => 4001 + index));
  equal(looks, 4100, "each entry is looked at once, and none behind the last of the batch");
});

test("what has to know the response to another goes after it, and too much goes in parts", () => {
  const film = commands.createMovie({ title: "t" }), known = { id: film.body.id, fieldVersions: { title: 1 } };
  const list = queued(film, commands.createComment(film.body.id, "c", null), commands.changeMovie(known, { title: "x" }), commands.createPlaylist("p"));
  equal(together(list, 0).map(({ sequence }) => sequence), [1, 2]);
  const long = queued(...[1, 2, 3].map(() => commands.createComment("m", "x".repeat(600), null)));
  equal(together(long, 0, { characters: 1500 }).length, 2);
  equal(together(long, 0, { characters: 10 }).length, 1, "one goes in any case");
});

test("a file waits for the film that it belongs to, and no command waits for a file", () => {
  const film = commands.createMovie({ title: "t" });
  const [a, b, c] = queued(film, commands.attach("poster", { id: film.body.id }, file), commands.createComment(film.body.id, "c", null));
  equal(next([a, b, c], "files", 0), {});
  equal(next([b, c], "files", 0).entry.sequence, 2);
  equal(next([b, c], "commands", 0).entry.sequence, 3);
});

test("a paused file is passed over", () => {
  const [a, b] = queued(commands.attach("trailer", { id: "m" }, { ...file, isPaused: true }), commands.attach("poster", { id: "n" }, file));
  equal(next([{ ...a, file: { ...a.file, isPaused: true } }, b], "files", 0).entry.sequence, 2);
});

test("a newer poster takes the place of one that waits, a deletion that of all files of the film", () => {
  const [old] = queued(commands.attach("poster", { id: "m" }, file));
  isTrue(makesObsolete(commands.attach("poster", { id: "m" }, file), old));
  isTrue(!makesObsolete(commands.attach("trailer", { id: "m" }, file), old));
  isTrue(makesObsolete(commands.deleteMovie("m"), old));
  isTrue(!makesObsolete(commands.deleteMovie("n"), old));
});

test("what is discarded takes with it what only makes sense with it", () => {
  const list = commands.createPlaylist("mine"), film = commands.createMovie({ title: "t" });
  const all = queued(film, list, commands.addItem(list.body.id, film.body.id), commands.createComment(film.body.id, "c", null), commands.createComment("other", "c", null));
  equal(dependants(all, all[0]).map(({ sequence }) => sequence), [3, 4]);
  equal(dependants(all, all[1]).map(({ sequence }) => sequence), [3]);
  equal(dependants(all, all[3]), []);
});

test("only the last place in a film is kept", () => {
  const put = (seconds) => commands.putHistory("m", { positionSeconds: seconds, durationSeconds: 60, watched: false, device: "d" });
  const [a] = queued(put(1));
  equal(replaceable([a], put(2)).sequence, 1);
  equal(replaceable([parked(a, {})], put(2)), undefined);
});

test("two offline changes of one field are no conflict with oneself", () => {
  const film = { id: "m", fieldVersions: { title: 3, year: 1 } };
  const [a, b] = queued(commands.changeMovie(film, { title: "x" }), commands.changeMovie(film, { title: "y", year: 1927 }));
  const [changed] = rebased([b], a, { id: "m", fieldVersions: { title: 4, year: 1 } });
  equal(changed.body.baseVersions, { title: 4, year: 1 });
  equal(changed.body.title, "y");
});

test("a change after a creation that has not been sent knows the versions that the creation gave", () => {
  const film = commands.createMovie({ title: "t" });
  const [a, b] = queued(film, commands.changeMovie({ ...film.body, fieldVersions: {} }, { title: "u" }));
  equal(b.body.baseVersions, {});
  equal(rebased([b], a, { id: film.body.id, fieldVersions: { title: 1 } })[0].body.baseVersions, { title: 1 });
});

test("the view shows all that waits, and the model stays as it was", () => {
  const model = addPage(emptyModel(), { movies: [{ id: "m", title: "old", version: 1 }], playlists: [{ id: "p", kind: "favourites", items: [], version: 1 }] });
  const film = commands.createMovie({ title: "new" });
  const entries = queued(film, commands.changeMovie({ id: "m", fieldVersions: {} }, { title: "changed" }), commands.addItem("p", film.body.id), commands.createComment("m", "said", 8),
    commands.putHistory("m", { positionSeconds: 9, durationSeconds: 60, watched: false, device: "d" }));
  const view = overlay(model, entries, me);
  equal(view.movie.get(film.body.id).addedBy.username, "Amélie");
  isTrue(view.movie.get(film.body.id).isWaiting);
  equal(view.movie.get("m").title, "changed");
  isTrue(!("baseVersions" in view.movie.get("m")), "only fields are shown");
  equal(view.playlist.get("p").items.map(({ movieId }) => movieId), [film.body.id]);
  equal([...view.comment.values()][0].text, "said");
  equal(view.history.get("m").positionSeconds, 9);
  equal(model.movie.get("m").title, "old");
  equal(model.playlist.get("p").items, []);
});

test("a view in which nothing else has changed keeps its values", () => {
  const model = addPage(emptyModel(), { movies: [{ id: "m", title: "old", version: 1 }] });
  const entries = queued(commands.changeMovie({ id: "m", fieldVersions: {} }, { title: "changed" }));
  const first = overlay(model, entries, me), second = overlay(model, [...entries, ...queued(commands.createPlaylist("x"))], me, first);
  isTrue(first.movie.get("m") === second.movie.get("m"));
  isTrue(overlay(model, [], me) === model, "nothing waits: the model itself");
});

test("a change of something that is gone shows nothing", () => {
  const view = overlay(emptyModel(), queued(commands.changeMovie({ id: "gone", fieldVersions: {} }, { title: "x" }), commands.addItem("gone", "m")), me);
  equal(view.movie.size + view.playlist.size, 0);
});

test("items are placed as the service places them", () => {
  const items = ["a", "b", "c"].map((id) => ({ id, movieId: `m${id}` }));
  const order = (list) => list.map(({ id }) => id).join("");
  equal(order(placed(items, items[2], "a")), "cab");
  equal(order(placed(items, items[0], null)), "bca");
  equal(order(placed(items, items[0], "gone")), "bca");
  equal(order(placed(items, { id: "d", movieId: "md" }, "b")), "adbc");
  equal(order(placed(items, { id: "x", movieId: "ma" }, null)), "bcx", "a film is on a list once");
});

test("a file says which one the person saw in its place, and another one after it is no conflict with oneself", () => {
  const film = { id: "m", fieldVersions: { title: 3, posterFileId: 2, trailerFileId: 1 } };
  const [title, poster, other, trailer] = queued(commands.changeMovie(film, { title: "x" }), commands.attach("poster", film, file), commands.attach("poster", film, file), commands.attach("trailer", film, file));
  equal(poster.body, { baseVersions: { posterFileId: 2 } });
  const record = { id: "m", fieldVersions: { title: 3, posterFileId: 5, trailerFileId: 4 } };
  const changed = rebased([title, other, trailer], poster, record);
  equal(changed.map(({ body }) => body.baseVersions), [{ posterFileId: 5 }, { trailerFileId: 1 }], "somebody else's trailer was not seen");
});

test("a file for a film that has not been sent knows the version that the creation gave", () => {
  const film = commands.createMovie({ title: "t" });
  const [a, b] = queued(film, commands.attach("poster", { id: film.body.id }, file));
  equal(b.body, { baseVersions: {} });
  equal(rebased([b], a, { id: film.body.id, fieldVersions: { title: 1, posterFileId: 1 } })[0].body, { baseVersions: { posterFileId: 1 } });
});

test("one preference is changed, and the others are shown as they were", () => {
  const model = { ...emptyModel(), account: new Map([["me", { id: "me", preferences: { theme: "dark", language: "fr" } }]]) };
  const view = overlay(model, queued(commands.changeProfile("me", { preferences: { theme: "light" } })), me);
  equal(view.account.get("me").preferences, { theme: "light", language: "fr" });
});
