import { icon, make, written } from "../page/dom.js";
import { number, percent, text } from "../texts/texts.js";
import { pictureNodes } from "../pictures/picture.js";

export const cardSizes = "(max-width: 40rem) 45vw, 190px";

/** The frame of a film's poster: always two by three, with the title on it where there is no picture. */
export function posterOf(movie, { sizes = cardSizes, isEager = false } = {}) {
  const frame = make("div", { class: "poster" });
  if (movie.poster) {
    frame.style.setProperty("--colour", movie.poster.dominantColor ?? "var(--sunken)");
    frame.append(...pictureNodes(movie.poster, { sizes, isEager }));
  } else frame.append(make("span", { class: "poster-title", "aria-hidden": "true" }, written(movie.title)));
  return frame;
}

/** A mark with its star; whoever does not see the star hears what the number is. */
export const scoreOf = (rating, options) => make("span", { class: "score" }, icon("star"), make("span", { "aria-hidden": "true" }, number(rating, options)), make("span", { class: "unseen" }, text("ratingOf", { rating: number(rating, options) })));

/** A film in the list. @param progress the person's history of it, or undefined. */
export function card(movie, progress) {
  const frame = posterOf(movie);
  if (movie.isRefused) frame.append(make("span", { class: "badge refused" }, icon("clock"), text("needsYou")));
  else if (movie.isWaiting) frame.append(make("span", { class: "badge waiting" }, icon("clock"), text("waits")));
  else if (progress?.watched) frame.append(make("span", { class: "badge" }, icon("check"), text("watched")));
  if (progress && !progress.watched && progress.positionSeconds > 0 && progress.durationSeconds) {
    const bar = make("span", { class: "watched-bar", role: "img", "aria-label": text("seenPart", { part: percent(progress.positionSeconds / progress.durationSeconds) }) });
    bar.style.setProperty("--part", progress.positionSeconds / progress.durationSeconds);
    frame.append(bar);
  }
  const facts = [movie.year, movie.categories?.[0]].filter(Boolean);
  return make("li", { class: "card" }, make("a", { href: `/movies/${movie.id}`, "data-id": movie.id }, frame,
    make("span", { class: "card-title", dir: "auto" }, movie.title),
    make("span", { class: "card-facts" }, make("span", { class: "card-words" }, facts.map((fact, index) => make("span", { class: index ? "card-more" : null }, index ? " · " : null, written(String(fact))))), movie.rating == null ? null :
      scoreOf(movie.rating, { minimumFractionDigits: 1 }))));
}
