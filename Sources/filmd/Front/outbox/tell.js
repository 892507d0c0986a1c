import { announce, note } from "../page/announcer.js";
import { make, written } from "../page/dom.js";
import { fieldName } from "../page/problem-words.js";
import { nodes, text } from "../texts/texts.js";
import { aboutOf, kindOf } from "./about.js";
import { keyOf, News } from "./attention.js";

const shownAtOnce = 3;

/** Tells, in whatever view the person is, of what needs them. What was there when the page began is in the badge of "Waiting" only. */
export class Teller {
  #signedIn; #news = new News(); #notes = new Map();

  constructor(signedIn) {
    this.#signedIn = signedIn;
    this.#look();
  }

  update(path) {
    const { lost, refused, gone } = this.#look();
    for (const key of gone) { this.#notes.get(key)?.(); this.#notes.delete(key); }
    const told = [...lost.map((one) => [one, `/movies/${one.movieId}`, this.#lostWords]), ...refused.map((one) => [one, "/waiting", this.#refusedWords])];
    if (told.length > shownAtOnce) {
      const close = note(nodes("newsMany", { count: told.length, where: make("a", { href: "/waiting", onclick: () => close() }, text("waiting")) }), { dismiss: text("close"), key: "news" });
      return;
    }
    for (const [one, href, words] of told) {
      const content = words.call(this, one, (...children) => make("a", { href, onclick: () => this.#notes.get(keyOf(one))?.() }, children));
      // Where the person is it is shown already, and only has to be said.
      if (path === href || path === "/waiting") announce(make("p", {}, content).textContent);
      else this.#notes.set(keyOf(one), note(content, { dismiss: text("close"), key: keyOf(one), isError: !one.outcome }));
    }
  }

  #look() { return this.#news.since(this.#signedIn.library.view, this.#signedIn.outbox.entries); }

  #lostWords({ movieId, field, by }, link) {
    return nodes("lostNews", { name: by?.username ?? text("somebody"), field: fieldName(field), title: link(written(this.#signedIn.library.view.movie.get(movieId).title)) });
  }

  #refusedWords(entry, link) {
    const about = aboutOf(entry, this.#signedIn.library);
    return nodes("refusedNews", { what: link(kindOf(entry), about.length > 0 ? [" ", written(about.join(" · "))] : null) });
  }
}
