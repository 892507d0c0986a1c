import { button, icon, iconButton, make, refill, written } from "../page/dom.js";
import { note } from "../page/announcer.js";
import { ask } from "../page/dialog.js";
import { kindOf } from "../outbox/about.js";
import { commands } from "../outbox/commands.js";
import { commentsSection } from "../comments/section.js";
import { go } from "../page/router.js";
import { ago, clock, nodes, number, percent, text, withoutControls } from "../texts/texts.js";
import { fileWords, words } from "../page/problem-words.js";
import { drawFile } from "../pictures/picture.js";
import { readFile } from "../storage/files.js";
import { toggleIn } from "../playlists/toggle.js";
import { posterOf } from "./card.js";
import { deviceName } from "./device.js";
import { conflictNotices } from "./conflicts.js";

/** One film: all that is known of it, its trailer, what people say. Each part is drawn again only when what it shows has changed. */
export function movieView({ signedIn, id }) {
  const { library } = signedIn;
  const node = make("article", { class: "wide film" });
  const parts = { conflicts: make("div"), poster: make("div", { class: "film-poster" }), facts: make("div", { class: "film-facts" }), uploads: make("div"), trailer: make("section", { class: "trailer", "aria-label": text("trailer"), hidden: true }) };
  const comments = commentsSection(signedIn, id);
  let movie, history, playlists, conflicts, outboxState, player = null, trailerID = null, isBuilt = false, factsShown = "";

  const mayEdit = () => movie.addedBy?.id === library.me.id || library.me.role === "administrator";

  const drawPoster = async () => {
    refill(parts.poster, posterOf(movie, { sizes: "(max-width: 48rem) 40vw, 320px", isEager: true }));
    const waiting = signedIn.outbox.entries.findLast(({ kind, file }) => kind === "poster.attach" && file.movieId === id);
    const file = waiting && await readFile(signedIn.database, waiting.file);
    const canvas = make("canvas", { class: "poster-preview", role: "img", "aria-label": text("poster") });
    if (file && await drawFile(canvas, file)) parts.poster.firstElementChild?.append(canvas);
  };

  const drawFacts = () => {
    const facts = [movie.year, movie.trailer?.durationSeconds ? text("trailerOf", { length: clock(movie.trailer.durationSeconds) }) : null].filter(Boolean);
    const favourite = toggleIn(signedIn, movie, "favourites"), later = toggleIn(signedIn, movie, "toWatch");
    refill(parts.facts,
      make("h1", { tabindex: "-1", "data-key": "title", dir: "auto", class: movie.title.length > 60 ? "long" : null }, movie.title),
      movie.isRefused ? make("a", { class: "badge refused inline", href: "/waiting", "data-key": "refused" }, icon("clock"), text("needsYou")) : movie.isWaiting ? make("p", { class: "badge waiting inline" }, icon("clock"), text("waits")) : null,
      make("p", { class: "soft" }, facts.map((fact, index) => [index ? " · " : null, String(fact)])),
      make("dl", { class: "scores" },
        movie.rating == null ? null : [make("dt", {}, text("orders.rating")), make("dd", {}, icon("star"), number(movie.rating, { minimumFractionDigits: 1 }), make("span", { class: "soft" }, "/10"))],
        movie.ratings?.count > 0 ? [make("dt", {}, text("viewers")), make("dd", {}, number(movie.ratings.mean, { maximumFractionDigits: 1, minimumFractionDigits: 1 }), make("span", { class: "soft" }, "/10 · ", text("votes", { count: movie.ratings.count })))] : null),
      movie.categories?.length || movie.tags?.length ? make("ul", { class: "chips plain" }, (movie.categories ?? []).map((name) => make("li", { class: "chip" }, written(name))), (movie.tags ?? []).map((name) => make("li", { class: "chip tag" }, "#", written(name)))) : null,
      movie.description ? make("p", { class: "description", dir: "auto" }, movie.description) : null,
      make("div", { class: "actions" }, favourite, later, watchedButton(), moreButton()),
      movie.addedBy ? make("p", { class: "soft small" }, nodes("addedBy", { name: movie.addedBy.username, when: document.createTextNode(ago(movie.createdAt ?? Date.now())) })) : null);
  };

  const watchedButton = () => {
    const isWatched = history?.watched ?? false;
    return button(text("watched"), () => signedIn.do(commands.putHistory(id, { positionSeconds: history?.positionSeconds ?? 0, durationSeconds: history?.durationSeconds ?? null, watched: !isWatched, device: deviceName() })),
      { class: "button toggle", "aria-pressed": String(isWatched), "data-key": "watched" }, icon("check"));
  };
  const moreButton = () => [
    button(text("addToList"), () => import("../playlists/chooser.js").then(({ showChooser }) => showChooser(signedIn, movie)), { "data-key": "lists" }, icon("list")),
    mayEdit() ? iconButton("pencil", text("edit"), () => import("./form.js").then(({ showMovieForm }) => showMovieForm(signedIn, movie)), { "data-key": "edit" }) : null,
    mayEdit() ? iconButton("trash", text("delete"), remove, { class: "icon-button danger-text", "data-key": "delete" }) : null,
  ];
  const remove = async () => {
    const answer = await ask(text("deleteFilm"), nodes("deleteFilmWords", { title: movie.title }), [{ value: null, label: text("cancel") }, { value: "yes", label: text("delete"), isDanger: true }]);
    if (answer !== "yes") return;
    await signedIn.do(commands.deleteMovie(id));
    note(text("deleted"));
    go("/", { replace: true });
  };

  const drawUploads = () => {
    const problems = ["poster", "trailer"].flatMap((purpose) => (movie[`${purpose}Problem`] ? [make("p", { class: "problem", role: "alert" }, text(`${purpose}Problem`), " ", fileWords(movie[`${purpose}Problem`]))] : []));
    const waiting = signedIn.outbox.entries.filter(({ file }) => file?.movieId === id);
    refill(parts.uploads, problems, waiting.map((entry) => {
      const come = signedIn.progress.get(entry.id), part = come ? come.sent / Math.max(1, come.size) : 0;
      return make("div", { class: "upload" }, make("span", {}, kindOf(entry)),
        entry.state === "parked" ? make("a", { href: "/waiting", class: "danger-text" }, words(entry.problem)) : make("span", { class: "soft" }, text(entry.file.isPaused ? "paused" : come?.state === "processing" ? "processing" : come ? "sentPart" : "waits", { part: percent(part) })),
        entry.state === "parked" ? null : make("progress", { max: 1, value: part, "aria-label": entry.file.name }));
    }));
  };

  const drawTrailer = async () => {
    const { trailer } = movie, next = trailer?.fileId ?? null;
    parts.trailer.hidden = next === null;
    if (next === trailerID) return;
    trailerID = next;
    player?.close();
    player = null;
    if (next === null) return parts.trailer.replaceChildren();
    const { showPlayer } = await import("../player/player.js");
    if (trailerID !== next) return;
    player = showPlayer({ signedIn, movie, history });
    parts.trailer.replaceChildren(player.node);
  };

  const update = () => {
    const { view } = library, next = view.movie.get(id);
    if (!next) return drawAbsence();
    const states = signedIn.outbox.entries;
    const isNew = next !== movie || view.history.get(id) !== history || view.playlist !== playlists;
    movie = next;
    history = view.history.get(id);
    if (!isBuilt) {
      isBuilt = true;
      node.replaceChildren(make("nav", {}, make("a", { href: "/", class: "back" }, icon("back"), text("films"))), parts.conflicts,
        make("div", { class: "film-head" }, parts.poster, parts.facts), parts.uploads, parts.trailer, comments.node);
    }
    if (isNew) {
      const lists = [...view.playlist.values()].map(({ id: list, kind, items }) => [list, kind, items.some(({ movieId }) => movieId === id)]);
      const shown = JSON.stringify([movie, history?.watched, lists, library.me.role]);
      if (shown !== factsShown) { factsShown = shown; drawFacts(); }
      drawTrailer();
    }
    if (movie.poster !== update.poster || movie.waitingPoster !== update.waitingPoster || movie.title !== update.title) { Object.assign(update, { poster: movie.poster, waitingPoster: movie.waitingPoster, title: movie.title }); drawPoster(); }
    if (states !== outboxState || isNew) { outboxState = states; drawUploads(); }
    if (view.conflict !== conflicts) { conflicts = view.conflict; refill(parts.conflicts, conflictNotices(signedIn, movie)); }
    playlists = view.playlist;
    comments.update(movie);
  };
  const drawAbsence = () => {
    if (!isBuilt && !library.isFilled) return refill(node, make("div", { class: "empty" }, make("p", {}, text(signedIn.connection === "away" ? "notYetHere" : "loading"))));
    isBuilt = false;
    factsShown = "";
    player?.close();
    [player, trailerID, movie] = [null, null, undefined];
    refill(node, make("div", { class: "empty" }, icon("film"), make("h1", { tabindex: "-1" }, text("noFilm")), make("a", { href: "/", class: "button" }, text("films"))));
  };
  return { node, get title() { return movie ? withoutControls(movie.title) : text("films"); }, update, onProgress: () => { if (movie) drawUploads(); }, close: () => player?.close() };
}
