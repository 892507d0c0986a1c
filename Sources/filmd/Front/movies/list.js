import { button, freshID, icon, make, refill } from "../page/dom.js";
import { announce } from "../page/announcer.js";
import { text } from "../texts/texts.js";
import { card } from "./card.js";
import { categoriesOf, found, orders } from "./search.js";
import { Window } from "./window.js";

/** What the person looked for last: there again when they come back from a film. */
const wish = { search: "", category: "", order: "added", opened: null };

/** All films, searched, filtered and sorted on the device. */
export function listView({ signedIn }) {
  const { library } = signedIn, searchID = freshID(), orderID = freshID();
  const search = make("input", { type: "search", id: searchID, class: "field", spellcheck: "false", placeholder: text("search"), value: wish.search });
  const order = make("select", { id: orderID, class: "field" }, Object.keys(orders).map((name) => make("option", { value: name, selected: wish.order === name }, text(`orders.${name}`))));
  const categories = make("div", { class: "chips", role: "group", "aria-label": text("category") });
  const count = make("p", { class: "count", role: "status" });
  const grid = make("ul", { class: "grid", "aria-label": text("films") });
  const empty = make("div", { class: "empty", hidden: true });
  const add = button(text("addFilm"), () => import("./form.js").then(({ showMovieForm }) => showMovieForm(signedIn)), { class: "button primary", "data-key": "add" }, icon("plus"));
  const node = make("div", { class: "wide" },
    make("div", { class: "view-head" }, make("h1", { tabindex: "-1" }, text("films")), count, add),
    make("div", { class: "tools", role: "search" },
      make("label", { class: "unseen", for: searchID }, text("search")), make("span", { class: "search" }, icon("search"), search),
      make("label", { class: "unseen", for: orderID }, text("order")), order),
    categories, grid, empty);

  const window_ = new Window(grid, (movie) => card(movie, library.view.history.get(movie.id)), (movie) => library.view.history.get(movie.id));
  let movies = null, history = null, offered = "", shown = -1;

  const draw = () => {
    const items = found(movies.values(), wish);
    window_.show(items);
    const isEmpty = items.length === 0;
    empty.hidden = !isEmpty;
    grid.hidden = isEmpty;
    if (isEmpty) refill(empty, emptyWords());
    count.textContent = items.length === movies.size ? text("count", { count: items.length }) : text("countOf", { count: items.length, all: movies.size });
    if (shown >= 0 && shown !== items.length && document.activeElement === search) announce(count.textContent);
    shown = items.length;
  };
  const emptyWords = () => {
    if (movies.size > 0) return [icon("search"), make("p", {}, text("nothingFound")), button(text("showAll"), () => { Object.assign(wish, { search: "", category: "" }); search.value = ""; drawCategories(); draw(); })];
    if (library.isLoading || !library.isFilled) return [make("p", {}, text(signedIn.connection === "away" ? "notYetHere" : "loading"))];
    return [icon("film"), make("p", {}, text("noFilms"))];
  };
  const drawCategories = () => {
    const names = categoriesOf(movies.values()).slice(0, 14);
    const key = JSON.stringify([names, wish.category]);
    if (key === offered) return;
    offered = key;
    const chip = (name, label) => make("button", { type: "button", class: "chip", "aria-pressed": String(wish.category === name), "data-key": `category-${name}`, onclick: () => { wish.category = wish.category === name ? "" : name; drawCategories(); draw(); scrollTo({ top: 0 }); } }, make("bdi", {}, label));
    refill(categories, names.length > 0 ? [chip("", text("all")), ...names.map((name) => chip(name, name))] : []);
  };
  const update = () => {
    const { view } = library;
    if (view.movie === movies && view.history === history && shown !== 0) return;
    movies = view.movie;
    history = view.history;
    drawCategories();
    draw();
  };

  let timer;
  search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => { wish.search = search.value; draw(); }, 60); });
  order.addEventListener("change", () => { wish.order = order.value; draw(); });
  grid.addEventListener("click", (event) => { wish.opened = event.target.closest("[data-id]")?.dataset.id ?? wish.opened; });
  grid.addEventListener("keydown", (event) => {
    const id = event.target.closest("[data-id]")?.dataset.id;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: window_.columns, ArrowUp: -window_.columns, Home: -Infinity, End: Infinity }[event.key];
    if (!id || step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    window_.focus(Math.max(0, Math.min(window_.length - 1, window_.indexOf(id) + step)));
  });
  /** Whoever comes back from a film is at that film again. @returns whether it is in the list. */
  const comeBack = () => {
    const index = window_.indexOf(wish.opened);
    if (index >= 0) window_.focus(index, { scrolls: false });
    return index >= 0;
  };
  return { node, title: text("films"), update, comeBack, close: () => window_.close() };
}
