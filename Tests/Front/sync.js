import { addPage, difference, emptyModel, fold } from "../../Sources/filmd/Front/sync/model.js";
import { isBehind, meaning, pageMeaning } from "../../Sources/filmd/Front/sync/messages.js";
import { fullJitter, retryAfter } from "../../Sources/filmd/Front/sync/backoff.js";
import { equal, isTrue, seeded, test } from "./harness.js";

const movie = (id, version, title = "t") => ({ id, version, title });
const change = (type, record, id = record?.id) => ({ type: `movie.${type}`, entity: "movie", id, version: record?.version, record });

test("a change makes another model and leaves the one before as it was", () => {
  const before = emptyModel(), { model, touched } = fold(before, [change("created", movie("a", 1))]);
  equal(before.movie.size, 0);
  equal(model.movie.get("a").version, 1);
  equal(touched, [["movie", "a"]]);
  isTrue(model.comment === before.comment, "tables without a change are shared");
});

test("an older record never replaces a newer one", () => {
  const first = fold(emptyModel(), [change("updated", movie("a", 5, "new"))]).model;
  const { model, touched } = fold(first, [change("created", movie("a", 1, "old")), change("updated", movie("a", 5, "new"))]);
  equal(model.movie.get("a").title, "new");
  equal(touched, []);
});

test("a deletion, and a record that is not ours to see any more, take it away", () => {
  const first = fold(emptyModel(), [change("created", movie("a", 1)), change("created", movie("b", 1))]).model;
  const { model } = fold(first, [change("deleted", null, "a"), change("updated", null, "b")]);
  equal(model.movie.size, 0);
});

test("somebody's new picture is in all records that show them, which stay as new as they were", () => {
  const before = addPage(emptyModel(), {
    movies: [{ id: "m", version: 3, addedBy: { id: "p", username: "old" } }, { id: "n", version: 1, addedBy: null }],
    comments: [{ id: "c", version: 2, author: { id: "p", username: "old" } }, { id: "d", version: 1, author: { id: "q", username: "other" } }],
  });
  const told = [{ type: "person.updated", entity: "person", id: "p", version: 7, record: { id: "p", username: "new" } }];
  const { model, touched } = fold(before, told);
  equal(touched, [["movie", "m"], ["comment", "c"]]);
  equal([model.movie.get("m").addedBy.username, model.movie.get("m").version], ["new", 3]);
  equal(model.comment.get("c").author.username, "new");
  equal(before.comment.get("c").author.username, "old");
  isTrue(model.comment.get("d") === before.comment.get("d"));
  equal(fold(model, told).touched, []);
  // A record that is newer than the change brings the person as they are.
  equal(fold(model, [{ type: "comment.updated", entity: "comment", id: "c", version: 4, record: { id: "c", version: 4, author: { id: "p", username: "newer" } } }]).model.comment.get("c").author.username, "newer");
});

test("what a newer service tells is ignored", () => {
  const before = emptyModel();
  isTrue(fold(before, [{ type: "badge.created", entity: "badge", id: "x", record: { id: "x", version: 1 } }]).model.movie === before.movie);
  equal(meaning({ type: "fireworks" }).kind, "nothing");
});

test("history has the film's id for a key", () => {
  const model = addPage(emptyModel(), { history: [{ movieId: "m", positionSeconds: 3, version: 1 }] });
  equal(model.history.get("m").positionSeconds, 3);
});

test("a snapshot whose later pages are newer than its cursor, and the changes behind that cursor, give the service's state", () => {
  const random = seeded(13);
  for (let round = 0; round < 200; round += 1) {
    // A service: a log of changes, each delivered with the record as it is at delivery.
    const records = new Map(), log = [];
    const step = () => {
      const id = `m${Math.floor(random() * 6)}`, old = records.get(id);
      if (old && random() < 0.25) { records.delete(id); log.push({ id, type: "deleted" }); }
      else if (old || !log.some((one) => one.id === id && one.type === "deleted")) { records.set(id, movie(id, (old?.version ?? 0) + 1, String(random()))); log.push({ id, type: old ? "updated" : "created" }); }
    };
    for (let i = 0; i < 8; i += 1) step();
    const cursor = log.length, ids = ["m0", "m1", "m2", "m3", "m4", "m5"];
    let model = emptyModel();
    for (let page = 0; page < 3; page += 1) {
      model = addPage(model, { movies: ids.slice(page * 2, page * 2 + 2).flatMap((id) => records.get(id) ?? []) });
      step();
      step();
    }
    for (let i = 0; i < 6; i += 1) step();
    for (const { id, type } of log.slice(cursor)) {
      const record = records.get(id) ?? null;
      model = fold(model, [{ type: `movie.${type}`, entity: "movie", id, record }]).model;
    }
    equal([...model.movie.values()].map(({ id, version }) => id + version).sort(), [...records.values()].map(({ id, version }) => id + version).sort(), `round ${round}`);
  }
});

test("the difference of two models is what has to be written or removed", () => {
  const before = addPage(emptyModel(), { movies: [movie("a", 1), movie("b", 1), movie("c", 1)] });
  const after = addPage(emptyModel(), { movies: [movie("a", 1), movie("b", 2), movie("d", 1)] });
  equal(difference(before, after).map(([, id]) => id).sort(), ["b", "c", "d"]);
});

test("messages of the stream mean what they mean in polling", () => {
  equal(meaning({ type: "event", event: { cursor: "e.4" } }), { kind: "changes", changes: [{ cursor: "e.4" }], cursor: "e.4" });
  equal(meaning({ type: "heartbeat", cursor: "e.9" }), { kind: "progress", cursor: "e.9" });
  equal(meaning({ type: "resync", floor: "e.1", head: "e.2" }).kind, "resync");
  equal(meaning({ type: "error", code: "cursor_expired" }).kind, "resync");
  equal(meaning({ type: "error", code: "token_expired" }).kind, "token");
  equal(meaning({ type: "error", code: "shutting_down", retryAfterSeconds: 3 }), { kind: "close", after: 3000 });
  equal(pageMeaning(410, {}).kind, "resync");
  equal(pageMeaning(401, {}).kind, "token");
  equal(pageMeaning(503, {}).kind, "close");
});

test("cursors are compared within one history only", () => {
  isTrue(isBehind("a.9", "a.10"));
  isTrue(!isBehind("a.9", "b.10"));
  isTrue(!isBehind(null, "a.1"));
});

test("full jitter lies between nothing and a bound that doubles up to a limit", () => {
  equal(fullJitter(1, { base: 100, random: () => 0 }), 0);
  equal(fullJitter(1, { base: 100, random: () => 0.999 }), 99);
  equal(fullJitter(4, { base: 100, random: () => 0.999 }), 799);
  equal(fullJitter(30, { base: 100, cap: 5000, random: () => 0.5 }), 2500);
});

test("Retry-After is seconds or a date", () => {
  equal(retryAfter("7"), 7000);
  equal(retryAfter("Thu, 01 Jan 1970 00:00:10 GMT", 4000), 6000);
  equal(retryAfter("soon"), null);
  equal(retryAfter(null), null);
});
