import { button, icon, iconButton, leaveRow, make, refill, written } from "../page/dom.js";
import { announce, note } from "../page/announcer.js";
import { ask } from "../page/dialog.js";
import { commands } from "../outbox/commands.js";
import { go } from "../page/router.js";
import { nodes, text } from "../texts/texts.js";
import { posterOf } from "../movies/card.js";
import { nameOf } from "./toggle.js";

/** One list: its films in the person's order. Moved by buttons, which every device has, or by dragging. */
export function playlistView({ signedIn, id }) {
  const { library } = signedIn, node = make("div", { class: "wide" });
  let playlist = null, movies = null, dragged = null;

  const move = async (index, to) => {
    const { items } = playlist;
    if (to < 0 || to >= items.length || to === index) return;
    const rest = items.filter((_, place) => place !== index);
    await signedIn.do(commands.moveItem(id, items[index].id, rest[to]?.id ?? null));
    announce(text("movedTo", { place: to + 1, count: items.length }));
  };
  const takeOff = async (item, title, line) => {
    leaveRow(line, "[data-key^=off-]");
    await signedIn.do(commands.removeItem(id, item.id));
    announce(text("takenOff", { title }));
  };
  const row = (item, index) => {
    const movie = movies.get(item.movieId), title = movie?.title ?? text("noFilm");
    const line = make("li", { class: "row", draggable: "true" },
      make("span", { class: "place soft", "aria-hidden": "true" }, String(index + 1)),
      movie ? make("a", { href: `/movies/${movie.id}`, class: "row-film", draggable: "false" }, posterOf(movie, { sizes: "60px" }), make("span", {}, make("span", { class: "row-title", dir: "auto" }, movie.title), movie.year ? make("span", { class: "soft line" }, String(movie.year)) : null)) : make("span", { class: "row-film soft" }, title),
      make("span", { class: "row-actions" },
        iconButton("up", text("moveUp", { title }), () => move(index, index - 1), { disabled: index === 0, "data-key": `up-${item.id}` }),
        iconButton("down", text("moveDown", { title }), () => move(index, index + 1), { disabled: index === playlist.items.length - 1, "data-key": `down-${item.id}` }),
        iconButton("close", text("takeOff", { title }), () => takeOff(item, title, line), { "data-key": `off-${item.id}` })));
    line.addEventListener("dragstart", (event) => { dragged = index; event.dataTransfer.effectAllowed = "move"; event.dataTransfer.setData("text/plain", title); line.classList.add("dragged"); });
    line.addEventListener("dragend", () => { dragged = null; line.classList.remove("dragged"); });
    line.addEventListener("dragover", (event) => { if (dragged !== null) event.preventDefault(); });
    line.addEventListener("drop", (event) => { event.preventDefault(); if (dragged !== null) move(dragged, index); });
    return line;
  };
  const share = async () => {
    const isShared = playlist.visibility === "link";
    await signedIn.do(commands.changePlaylist(id, { visibility: isShared ? "private" : "link" }));
  };
  const copy = async () => {
    const address = new URL(playlist.shareUrl, location.href).href;
    try { await navigator.clipboard.writeText(address); note(text("copied")); } catch { note(address, { dismiss: text("close") }); }
  };
  const remove = async () => {
    if (await ask(text("deleteList"), nodes("deleteListWords", { name: nameOf(playlist) }), [{ value: null, label: text("cancel") }, { value: "yes", label: text("delete"), isDanger: true }]) !== "yes") return;
    await signedIn.do(commands.deletePlaylist(id));
    go("/playlists", { replace: true });
  };
  const rename = () => import("./rename.js").then(({ showRename }) => showRename(signedIn, playlist));

  const update = () => {
    const next = library.view.playlist.get(id);
    if (next === playlist && library.view.movie === movies) return;
    [playlist, movies] = [next, library.view.movie];
    if (!playlist) return refill(node, make("div", { class: "empty" }, make("h1", { tabindex: "-1" }, text(library.isFilled ? "noList" : "loading"))));
    const isMine = !playlist.owner || playlist.owner.id === library.me.id;
    refill(node, make("nav", {}, make("a", { href: "/playlists", class: "back" }, icon("back"), text("playlists"))),
      make("div", { class: "view-head" }, make("h1", { tabindex: "-1" }, written(nameOf(playlist))), make("p", { class: "count" }, text("count", { count: playlist.items.length })),
        isMine ? make("div", { class: "actions" },
          button(text("share"), share, { "aria-pressed": String(playlist.visibility === "link"), class: "button toggle", "data-key": "share" }, icon("link")),
          playlist.shareUrl ? button(text("copyLink"), copy, { "data-key": "copy" }) : null,
          playlist.kind === "own" ? [button(text("rename"), rename, { "data-key": "rename" }), button(text("delete"), remove, { class: "button quiet danger-text", "data-key": "delete" })] : null) : null),
      playlist.items.length > 0 ? make("ol", { class: "rows" }, playlist.items.map(row)) : make("div", { class: "empty" }, icon("list"), make("p", {}, text("emptyList")), make("a", { href: "/", class: "button" }, text("browse"))));
  };
  return { node, get title() { return playlist ? nameOf(playlist) : text("playlists"); }, update };
}
