import { aboutOf } from "../../Sources/filmd/Front/outbox/about.js";
import { lostConflicts, News, waitingCounts } from "../../Sources/filmd/Front/outbox/attention.js";
import { commands } from "../../Sources/filmd/Front/outbox/commands.js";
import { overlay } from "../../Sources/filmd/Front/outbox/overlay.js";
import { parked, postponed, revived, unsure } from "../../Sources/filmd/Front/outbox/queue.js";
import { addPage, emptyModel } from "../../Sources/filmd/Front/sync/model.js";
import { equal, test } from "./harness.js";

const lost = { id: "c", movieId: "m", field: "title", outcome: "lost", version: 1 };
const modelWith = (...conflicts) => addPage(emptyModel(), { movies: [{ id: "m", title: "Film", version: 1 }], conflicts });
const entry = { sequence: 1, ...commands.createComment("m", "said", null) };

test("a change that somebody replaced is told once, and again when it is replaced again", () => {
  const news = new News();
  equal(news.since(modelWith(), []).lost, []);
  equal(news.since(modelWith(lost), []).lost.length, 1);
  equal(news.since(modelWith(lost), []).lost, []);
  const again = news.since(modelWith({ ...lost, version: 2 }), []);
  equal([again.lost.length, again.gone.length], [1, 1]);
  equal(news.since(modelWith(), []).gone.length, 1);
  equal(news.since(modelWith({ ...lost, outcome: "won" }), []).lost, [], "who won loses nothing");
  equal(news.since(modelWith({ ...lost, version: 3 }), []).lost.length, 1, "won before, and lost by now");
});

test("what was replaced on a film that is not here yet is told when the film is", () => {
  const news = new News(), early = { ...emptyModel(), conflict: new Map([["c", lost]]) };
  equal(lostConflicts(early), []);
  equal(news.since(early, []).lost, []);
  equal(news.since(modelWith(lost), []).lost.length, 1);
});

test("what the service refused is told, and again when it was sent again and refused again", () => {
  const news = new News(), refused = parked(entry, {}), model = modelWith();
  equal(news.since(model, [entry]).refused, []);
  equal(news.since(model, [refused]).refused.length, 1);
  equal(news.since(model, [refused]).refused, []);
  equal(news.since(model, [revived(refused)]).gone.length, 1);
  equal(news.since(model, [refused]).refused.length, 1);
});

test("each number is counted by itself", () => {
  equal(waitingCounts({ outbox: { entries: [entry, parked({ ...entry, sequence: 2 }, {})] }, library: { view: modelWith(lost) } }), { sending: 2, refused: 1, lost: 1 });
});

test("a film of which something was refused says so", () => {
  const change = { sequence: 1, state: "waiting", ...commands.changeMovie({ id: "m" }, { title: "x" }) };
  const shown = (entries) => overlay(modelWith(), entries, {}).movie.get("m");
  equal([shown([change]).isWaiting, shown([change]).isRefused], [true, undefined]);
  equal(shown([parked(change, {}), { ...change, sequence: 2 }]).isRefused, true, "also where more waits behind it");
});

test("entries are named by their list and film", () => {
  const items = [{ id: "i", movieId: "m" }], playlists = [{ id: "p", kind: "own", name: "Sunday", items, version: 1 }];
  const model = { ...addPage(modelWith(lost), { playlists }) }, library = { model, view: model };
  const of = (command) => aboutOf(command, library);
  equal(of(commands.addItem("p", "m")), ["Sunday", "Film"]);
  equal(of(commands.moveItem("p", "i", null)), ["Sunday", "Film"]);
  const removal = commands.removeItem("p", "i");
  equal(aboutOf(removal, { model, view: overlay(model, [removal], {}) }), ["Sunday", "Film"], "though it is off the list here");
  const deletion = commands.deletePlaylist("p");
  equal(aboutOf(deletion, { model, view: overlay(model, [deletion], {}) }), ["Sunday"]);
  equal(of(commands.createComment("m", "said", null)), ["Film"]);
  equal(of(commands.dismissConflict("c")), ["Film"]);
  equal(of(commands.putHistory("m", {})), ["Film"]);
});

test("what was sent without a response may have arrived; what never left did not", () => {
  const sent = (problem, one = entry) => postponed(one, 0, 1, problem).mayHaveArrived;
  equal(sent({ status: 0, details: {} }), true);
  equal(sent({ status: 504, details: {} }), true);
  equal(sent({ status: 503, details: {} }), false);
  equal(sent({ status: 0, details: { wasOffline: true } }), false);
  equal(sent({ status: 503, details: {} }, postponed(entry, 0, 1, { status: 0, details: {} })), true, "a later answer says nothing of the first");
  const file = { ...entry, file: { size: 3 } };
  equal([sent({ status: 0, details: {} }, file), sent({ status: 0, details: {} }, { ...file, file: { size: 3, fileId: "f" } })], [false, true], "a file on its way is not yet in its place");
  equal(unsure([entry, postponed(entry, 0, 1, { status: 0 })], { status: 0, details: {} }).length, 1);
});
