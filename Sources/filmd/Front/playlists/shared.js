import { icon, make, refill, written } from "../page/dom.js";
import { text } from "../texts/texts.js";
import { posterOf } from "../movies/card.js";
import { words } from "../page/problem-words.js";

/** A list that somebody shared by a link: for whoever has it, signed in or not. */
export function sharedView({ signedIn, service, id }) {
  const content = make("div", {}, make("p", { class: "empty" }, text("loading")));
  // Whoever is signed in has the bar; anybody else finds the way in here.
  const node = make("div", { class: "wide" }, signedIn ? null : make("nav", { class: "guest-bar", "aria-label": text("navigation") },
    make("a", { href: "/", class: "brand" }, icon("film"), text("appName")), make("a", { href: "/", class: "button small" }, text("signIn"))), content);
  let title = text("playlists");
  const load = async () => {
    try {
      const { playlist, movies } = await service.ask("GET", `/api/shared/${encodeURIComponent(id)}`, { isPublic: true });
      const byID = new Map(movies.map((movie) => [movie.id, movie]));
      title = document.title = playlist.kind === "own" ? playlist.name : text(`lists.${playlist.kind}`);
      refill(content, make("div", { class: "view-head" }, make("h1", { tabindex: "-1" }, written(title)), make("p", { class: "count" }, text("count", { count: playlist.items.length }), " · ", written(playlist.owner?.username ?? ""))),
        make("ul", { class: "grid" }, playlist.items.map(({ movieId }) => byID.get(movieId)).filter(Boolean).map((movie) =>
          make("li", { class: "card" }, make(signedIn ? "a" : "div", { href: signedIn ? `/movies/${movie.id}` : null }, posterOf(movie), make("span", { class: "card-title", dir: "auto" }, movie.title), make("span", { class: "card-facts" }, String(movie.year ?? "")))))));
    } catch (problem) { refill(content, make("div", { class: "empty" }, icon("link"), make("h1", { tabindex: "-1" }, text("noList")), make("p", {}, problem.status === 404 ? text("linkEnded") : words(problem)))); }
  };
  load();
  return { node, get title() { return title; }, update() {} };
}
