import { fullJitter } from "../sync/backoff.js";

/**
 * Loads pictures, and those that failed again later. They come from mediad, which may be away while the service is there, over the few
 * connections that a browser has to one host. So after two that failed in a row one at a time is tried, and new ones are held back,
 * until one arrives: what needs no picture has the connections meanwhile.
 */
export class Gate {
  #held = new Map(); #attempts = new WeakMap(); #lastFailed = null; #isAway = false; #rounds = 0; #timer = null; #wait; #safety;

  /** @param wait milliseconds before the attempt with this number. @param safety milliseconds within which an attempt has an outcome. */
  constructor({ wait = (attempt) => fullJitter(attempt, { base: 2_000, cap: 60_000 }), safety = 60_000 } = {}) {
    this.#wait = wait;
    this.#safety = safety;
  }

  /** @param sources {src, srcset}. */
  load(image, sources) {
    image.addEventListener("load", () => this.#arrived());
    image.addEventListener("error", () => this.#failed(image, sources));
    if (!this.#isAway) return show(image, sources);
    this.#held.set(image, sources);
    this.#plan();
  }

  /** There is reason to believe that what failed will work now. */
  hurry() {
    this.#rounds = 0;
    this.#try();
  }

  #arrived() {
    [this.#rounds, this.#lastFailed] = [0, null];
    if (!this.#isAway) return;
    this.#isAway = false;
    const held = [...this.#held];
    this.#held.clear();
    for (const [image, sources] of held) show(image, sources);
  }

  #failed(image, sources) {
    this.#attempts.set(image, (this.#attempts.get(image) ?? 0) + 1);
    if (this.#lastFailed !== null && this.#lastFailed !== image) this.#isAway = true;
    this.#lastFailed = image;
    hide(image);
    this.#held.set(image, sources);
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#plan();
  }

  #plan() {
    const [image] = this.#held.keys();
    if (image) this.#timer ??= setTimeout(() => this.#try(), this.#wait(Math.max(this.#rounds + 1, this.#attempts.get(image) ?? 1)));
  }

  /** The one that was tried longest ago. What is not in the page any more is forgotten. */
  #try() {
    clearTimeout(this.#timer);
    this.#timer = null;
    for (const image of this.#held.keys()) if (!image.isConnected) this.#held.delete(image);
    const [next] = this.#held;
    if (!next) return;
    const [image, sources] = next;
    this.#held.delete(image);
    this.#rounds += 1;
    // One far below the screen would not be asked for.
    image.loading = "eager";
    if (this.#isAway) this.#timer = setTimeout(() => this.#try(), this.#safety); else this.#plan();
    show(image, sources);
  }
}

const show = (image, { src, srcset }) => {
  if (srcset) image.setAttribute("srcset", srcset);
  if (src) image.setAttribute("src", src);
};
const hide = (image) => {
  image.removeAttribute("srcset");
  image.removeAttribute("src");
};
