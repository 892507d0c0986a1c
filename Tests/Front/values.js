import { timeOf, uuid7 } from "../../Sources/filmd/Front/identifiers/uuid7.js";
import { sha256, UploadProblem } from "../../Sources/filmd/Front/media-client.js";
import { changed, read } from "../../Sources/filmd/Front/movies/fields.js";
import { categoriesOf, folded, found } from "../../Sources/filmd/Front/movies/search.js";
import { decode, ratioOf } from "../../Sources/filmd/Front/pictures/thumbhash.js";
import { nextRenewal, renewalDue, sourceOf } from "../../Sources/filmd/Front/player/addresses.js";
import { at, cues, pictures } from "../../Sources/filmd/Front/player/webvtt.js";
import { fieldWords, fileWords } from "../../Sources/filmd/Front/page/problem-words.js";
import { routeOf } from "../../Sources/filmd/Front/page/router.js";
import { Problem } from "../../Sources/filmd/Front/service/problem.js";
import { isolated, readable, withoutControls } from "../../Sources/filmd/Front/texts/texts.js";
import { equal, isTrue, seeded, test } from "./harness.js";

test("a UUID of version 7 begins with its time and is in order", () => {
  const random = new Uint8Array(10).fill(0xff), early = uuid7(1_700_000_000_000, random), late = uuid7(1_700_000_000_001, random);
  isTrue(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(early), early);
  equal(timeOf(early), 1_700_000_000_000);
  isTrue(early < late);
  equal(new Set(Array.from({ length: 500 }, () => uuid7())).size, 500);
});

test("SHA-256 of the standard's examples, and of lengths around a block", async () => {
  equal(await sha256(new Blob([])), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  equal(await sha256(new Blob(["abc"])), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  for (const length of [55, 56, 63, 64, 65, 1000, (1 << 20) + 1]) {
    const bytes = new Uint8Array(length).fill(7), digest = await crypto.subtle.digest("SHA-256", bytes);
    equal(await sha256(new Blob([bytes])), [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join(""), `length ${length}`);
  }
});

test("an upload is tried again after what passes", () => {
  for (const [status, code] of [[0, "network"], [503, "busy"], [409, "offset_mismatch"], [423, "upload_locked"], [429, "too_many_uploads"], [460, "checksum_mismatch"]]) isTrue(new UploadProblem(status, code).isPassing, code);
  for (const [status, code] of [[409, "name_taken"], [415, "type_not_allowed"], [413, "file_too_large"], [403, "forbidden"], [507, "storage_full"]]) isTrue(!new UploadProblem(status, code).isPassing, code);
});

test("ratings and years as people write them", () => {
  const texts = { title: " Été ", year: "1927", rating: "9,5", categories: "Drame, , Drame,Court", tags: "", description: "" };
  const { fields, wrong } = read(texts);
  equal([...wrong], []);
  equal(fields, { title: "Été", description: "", categories: ["Drame", "Court"], tags: [], year: 1927, rating: 9.5 });
  for (const rating of ["10.05", "10.1", "11", "-1", "nine", "1e1", "9,55"]) equal(read({ ...texts, rating }).wrong.get("rating"), "rating", rating);
  for (const rating of ["", "0", "10", "10.0", "7.5"]) equal(read({ ...texts, rating }).wrong.size, 0, rating);
  for (const year of ["99999", "27", "0000", "19x7"]) equal(read({ ...texts, year }).wrong.get("year"), "year", year);
  equal(read({ ...texts, title: "  " }).wrong.get("title"), "required");
  equal(read({ ...texts, title: "x".repeat(201) }).wrong.get("title"), "too_long");
  equal(read({ ...texts, tags: Array(31).fill().map((_, index) => `t${index}`).join() }).wrong.get("tags"), "too_many");
  equal(read({ ...texts, description: "x".repeat(10_001) }).wrong.get("description"), "too_long");
});

test("of a refused change only its own fields are read, and what was cleared is none", () => {
  const { fields, wrong } = read({ year: " ", rating: "" });
  equal([fields, [...wrong]], [{ year: null, rating: null }, []]);
  equal([...read({ rating: "eight" }).wrong], [["rating", "rating"]]);
});

test("only what differs is sent", () => {
  const movie = { title: "t", description: "", year: null, rating: 8, categories: ["a"], tags: [] };
  equal(changed(movie, { title: "t", description: "", year: null, rating: 8.5, categories: ["a"], tags: [] }), { rating: 8.5 });
});

test("films are found without accents and case, and in order", () => {
  const films = [{ id: "1", title: "L’Été", year: 1950, categories: ["Drame"] }, { id: "2", title: "The Zoo", year: 1920, rating: 9, categories: [] }, { id: "3", title: "Cœur", year: null, categories: ["Drame"] }];
  equal(folded("Œuvre ÉTÉ"), "oeuvre ete");
  const ids = (wish) => found(films, wish).map(({ id }) => id).join("");
  equal(ids({ search: "ete" }), "1");
  equal(ids({ search: "COEUR" }), "3");
  equal(ids({ search: "drame 1950" }), "1");
  equal(ids({ category: "Drame" }), "31");
  equal(ids({ order: "title" }), "312", "without their articles");
  equal(ids({ order: "year" }), "123");
  equal(ids({ order: "rating" }), "231");
  equal(categoriesOf(films), ["Drame"]);
});

test("five thousand films are searched and sorted fast", () => {
  const random = seeded(5), films = Array.from({ length: 5000 }, (_, index) => ({ id: String(index), title: `Film ${Math.floor(random() * 1e6)} été`, description: "some words ".repeat(20), categories: ["Drame"], year: 1900 }));
  found(films, { search: "x", order: "title" });
  const start = Date.now(); // Clock: a person waits for it at each key press
  equal(found(films, { search: "ete 12", order: "title" }).length > 0, true);
  isTrue(Date.now() - start < 2000, `${Date.now() - start} ms`); // some 20 ms on a quiet machine; a quadratic search would take minutes
});

test("a ThumbHash is decoded", () => {
  // Of the README of evanw/thumbhash: a portrait of 3 by 4.
  const picture = decode("1QcSHQRnh493V4dIh4eXh1h4kJUI");
  equal([picture.width, picture.height, picture.rgba.length], [23, 32, 23 * 32 * 4]);
  isTrue(Math.abs(ratioOf("1QcSHQRnh493V4dIh4eXh1h4kJUI") - 5 / 7) < 0.001);
  for (let index = 3; index < picture.rgba.length; index += 4) equal(picture.rgba[index], 255);
});

test("storyboards and chapters are read from WebVTT", () => {
  const source = "WEBVTT\r\n\r\nNOTE hello\r\n\r\n1\r\n00:00:00.000 --> 00:00:02.000\r\nstoryboard/1.jpg?v=5f#xywh=0,0,160,90\r\n\r\n01:00:02.000 --> 01:00:04.500 align:start\r\nstoryboard/1.jpg?v=5f#xywh=160,0,160,90\r\n";
  const found_ = pictures(source, "http://films.example/files/videos/t.mp4/storyboard.vtt");
  equal(found_[0], { start: 0, end: 2, url: "http://films.example/files/videos/t.mp4/storyboard/1.jpg?v=5f", x: 0, y: 0, width: 160, height: 90 });
  equal(found_[1].start, 3602);
  equal(at(found_, 3000).x, 0);
  equal(at(found_, 3603).x, 160);
  equal(cues("WEBVTT\n\n00:02.000 --> 00:01.000\nbackwards\n\nnonsense --> 1\nx"), []);
});

test("addresses are renewed before they end, and not too often", () => {
  const now = Date.parse("2026-01-01T00:00:00Z"), after = (seconds) => renewalDue(new Date(now + seconds * 1000).toISOString(), now) / 1000;
  equal(renewalDue(null, now), Infinity);
  equal(after(3600), 3300);
  equal(after(100), 80);
  equal(after(20), 10);
  equal(after(-5), 0);
  const soon = new Date(now + 5_000).toISOString(), late = new Date(now + 3_600_000).toISOString();
  equal([nextRenewal(soon, now, 0), nextRenewal(soon, now, 2_000), nextRenewal(soon, now, 60_000), nextRenewal(soon, now, Infinity)], [5_000, 3_000, 0, 0], "not at once again");
  equal([nextRenewal(late, now, 0), nextRenewal(null, now, 0)], [3_300_000, Infinity]);
  equal(sourceOf({ url: "u", hlsUrl: "h", audioTracks: 1, subtitles: [] }, true), "u");
  equal(sourceOf({ url: "u", hlsUrl: "h", audioTracks: 2, subtitles: [] }, true), "h");
  equal(sourceOf({ url: "u", hlsUrl: "h", audioTracks: 2 }, false), "u");
});

test("addresses are views", () => {
  equal(routeOf("/"), { name: "movies", id: null });
  equal(routeOf("/movies/0190a000-0000-7000-8000-000000000001").name, "movie");
  equal(routeOf("/movies/../x").name, "unknown");
  equal(routeOf("/shared/AbC_d-9").id, "AbC_d-9");
});

test("why a film's file came to nothing is said in the service's words where the page has none, and never as a lost network", () => {
  const problem = { code: "of_a_newer_service", detail: "Kept before.", details: { en: "Not taken.", fr: "Refusé." } };
  equal(fileWords(problem), "Not taken.");
  equal(fileWords({ ...problem, details: undefined }), "Kept before.");
});

test("of a field the service's own sentence is shown where it is in the person's language", () => {
  const body = { type: "urn:filmd:problem:validation_failed", fields: [{ field: "title", code: "invalid", detail: "No control characters." }] };
  const said = (language) => fieldWords(Problem.from({ status: 422, body, headers: new Headers(language ? { "Content-Language": language } : {}) })).get("title");
  equal(said("en"), "No control characters.");
  equal(said(null), "No control characters.");
  isTrue(said("fr") !== "No control characters.", "the page's words instead");
});

test("a key without words is shown as words", () => {
  equal(readable("fields.fileSize"), "file size");
  equal(readable("kinds.movie_change"), "movie change");
});

test("what people wrote turns nothing around outside of it", () => {
  equal(withoutControls("Parked \u202eabc\u2066"), "Parked abc");
  equal(isolated("\u2069a\u202b"), "\u2068a\u2069");
  equal(withoutControls("שלום \u200f!"), "שלום \u200f!", "marks have no end, and stay");
});
