import { icon, make, refill, written } from "../page/dom.js";
import { field, textInput, tooLong } from "../page/fields.js";
import { commands } from "../outbox/commands.js";
import { text } from "../texts/texts.js";
import { posterOf } from "../movies/card.js";
import { inOrder, nameLimit, nameOf } from "./toggle.js";

/** All of the person's lists. */
export function playlistsView({ signedIn }) {
  const { library } = signedIn, grid = make("ul", { class: "playlists" });
  const name = field(text("newList"), textInput({}));
  const create = async (event) => {
    event.preventDefault();
    const wished = name.input.value.trim();
    const wrong = wished === "" ? text("problems.fields.required") : tooLong(wished, nameLimit);
    if (wrong) { name.complain(wrong); return name.input.focus(); }
    name.input.value = "";
    await signedIn.do(commands.createPlaylist(wished));
  };
  const node = make("div", { class: "wide" }, make("div", { class: "view-head" }, make("h1", { tabindex: "-1" }, text("playlists"))), grid,
    make("form", { class: "in-line panel", onsubmit: create }, name.node, make("button", { class: "button" }, text("create"))));
  let known = null, movies = null;
  const update = () => {
    const { view } = library;
    if (view.playlist === known && view.movie === movies) return;
    [known, movies] = [view.playlist, view.movie];
    refill(grid, inOrder(known.values()).map((playlist) => {
      const films = playlist.items.map(({ movieId }) => movies.get(movieId)).filter(Boolean);
      return make("li", {}, make("a", { href: `/playlists/${playlist.id}`, class: "playlist", "data-key": playlist.id },
        make("span", { class: "stack", "aria-hidden": "true" }, films.slice(0, 4).map((movie) => posterOf(movie, { sizes: "80px" })), films.length === 0 ? icon("list") : null),
        make("span", { class: "playlist-name" }, written(nameOf(playlist))),
        make("span", { class: "soft" }, text("count", { count: playlist.items.length }), playlist.visibility === "link" ? [" · ", text("shared")] : null, playlist.isWaiting ? [" · ", text("waits")] : null)));
    }));
  };
  return { node, title: text("playlists"), update };
}
