import { ratingsFor } from "../../Sources/filmd/Front/comments/ratings.js";
import { commands } from "../../Sources/filmd/Front/outbox/commands.js";
import { overlay } from "../../Sources/filmd/Front/outbox/overlay.js";
import { limits, read } from "../../Sources/filmd/Front/movies/fields.js";
import { characters } from "../../Sources/filmd/Front/page/characters.js";
import { draftOf, forgetDrafts } from "../../Sources/filmd/Front/storage/drafts.js";
import { addPage, emptyModel } from "../../Sources/filmd/Front/sync/model.js";
import { equal, isTrue, test } from "./harness.js";

/** As the browser's, in memory. */
function storage({ isFull = false } = {}) {
  const values = new Map();
  return {
    get length() { return values.size; },
    key: (index) => [...values.keys()][index],
    getItem: (name) => values.get(name) ?? null,
    setItem(name, value) { if (isFull) throw new Error("no room"); values.set(name, value); },
    removeItem: (name) => values.delete(name),
  };
}

test("what is being written is there again, for its account and its thing alone", () => {
  const tab = storage(), draft = draftOf("me", "comment on m", tab);
  equal(draft.read(), null);
  draft.write({ text: "half", rating: 8.5 });
  equal(draftOf("me", "comment on m", tab).read(), { text: "half", rating: 8.5 });
  equal(draftOf("me", "comment on n", tab).read(), null);
  equal(draftOf("somebody", "comment on m", tab).read(), null);
  draft.forget();
  equal(draft.read(), null);
});

test("what an account was writing goes with it, and nothing else", () => {
  const tab = storage();
  tab.setItem("scroll", "{}");
  for (const account of ["me", "me2"]) for (const what of ["film ", "comment on m"]) draftOf(account, what, tab).write({ title: "t" });
  forgetDrafts("me", tab);
  equal(draftOf("me", "film ", tab).read(), null);
  equal(draftOf("me", "comment on m", tab).read(), null);
  equal(draftOf("me2", "film ", tab).read(), { title: "t" });
  equal(tab.getItem("scroll"), "{}");
});

test("where nothing can be kept, writing goes on", () => {
  const draft = draftOf("me", "film ", storage({ isFull: true }));
  draft.write({ title: "t" });
  equal(draft.read(), null);
});

test("ratings are chosen by halves, and one that is between two of them stays what it is", () => {
  equal(ratingsFor().length, 21);
  equal(ratingsFor().slice(0, 4), [10, 9.5, 9, 8.5]);
  equal(ratingsFor(8.5), ratingsFor());
  equal(ratingsFor(0).at(-1), 0);
  equal(ratingsFor(8.3).slice(3, 6), [8.5, 8.3, 8]);
});

test("characters are counted as people and the service count them", () => {
  equal(characters("Été"), 3);
  equal(characters("E\u0301te\u0301"), 3, "decomposed");
  equal(characters("𝄞🎬"), 2, "beyond 16 bits");
  equal(characters("👩‍👩‍👧‍👦"), 1, "a family");
  equal(characters("abc", 3), 3);
});

test("what is too long is said, not cut off", () => {
  const texts = { title: "t", year: "", rating: "", categories: "", tags: "", description: "" };
  const wrong = (more) => [...read({ ...texts, ...more }).wrong];
  equal(wrong({ title: "🎬".repeat(limits.title) }), []);
  equal(wrong({ title: "🎬".repeat(limits.title + 1) }), [["title", "too_long"]]);
  equal(wrong({ description: "x".repeat(limits.description + 1) }), [["description", "too_long"]]);
  equal(wrong({ tags: "x".repeat(limits.tag + 1) }), [["tags", "part_too_long"]]);
  equal(wrong({ categories: Array.from({ length: limits.tags + 1 }, (_, index) => index).join() }), [["categories", "too_many"]]);
  equal(wrong({ year: "20271", rating: "10.05" }), [["year", "year"], ["rating", "rating"]]);
});

test("a poster or trailer that was taken away is not shown while that waits to be sent", () => {
  const film = { id: "m", title: "t", poster: { fileId: "p" }, posterUrl: "/p", trailer: { fileId: "v" }, trailerUrl: "/v", posterFileId: "p", trailerFileId: "v", version: 1, fieldVersions: { posterFileId: 1 } };
  const entry = { sequence: 1, state: "waiting", ...commands.changeMovie(film, { posterFileId: null }) };
  equal(entry.body, { posterFileId: null, baseVersions: { posterFileId: 1 } });
  const shown = overlay(addPage(emptyModel(), { movies: [film] }), [entry], { id: "me", username: "A" }).movie.get("m");
  equal([shown.poster, shown.posterUrl, shown.trailer.fileId], [null, null, "v"]);
  isTrue(shown.isWaiting);
});
