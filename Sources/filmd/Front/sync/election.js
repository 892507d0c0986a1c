import { pause } from "./backoff.js";

/**
 * One tab of an account follows the stream and sends what waits; the others hear of it. Whoever holds a Web Lock is elected; the next
 * in its queue follows when that tab is closed or killed.
 *
 * A tab can keep its lock and do nothing: frozen in the background, or in the back/forward cache. So the elected tab says every few
 * seconds that it lives, and a visible tab that has not heard it for a while takes the lock from it.
 */
const beat = 4_000, silence = 15_000;

export class Election {
  #name; #channel; #heard = Date.now(); #stop = new AbortController(); #term = null; #isStealing = false;
  isElected = false;
  /** Called with an AbortSignal that ends the term. */
  onElected = () => {};

  constructor(accountID, channel) {
    this.#name = `films-elected-${accountID}`;
    this.#channel = channel;
  }

  start() {
    const { signal } = this.#stop;
    addEventListener("pagehide", () => this.#term?.abort(), { signal });
    document.addEventListener("freeze", () => this.#term?.abort(), { signal });
    addEventListener("pageshow", (event) => { if (event.persisted) this.#stand(); }, { signal });
    document.addEventListener("resume", () => this.#stand(), { signal });
    const interval = setInterval(() => this.#look(), beat);
    signal.addEventListener("abort", () => clearInterval(interval));
    this.#stand();
  }

  stop() {
    this.#stop.abort();
    this.#term?.abort();
  }

  /** The elected tab was heard. */
  heard() { this.#heard = Date.now(); }

  #look() {
    if (this.isElected) this.#channel.post({ type: "elected" });
    else if (!document.hidden && Date.now() - this.#heard > silence) this.#steal();
  }

  #stand() {
    if (this.#term && !this.#term.signal.aborted) return;
    const term = (this.#term = new AbortController());
    // Plain HTTP in a home network: no locks there. Each tab then serves itself, which the ids of all that is sent make harmless.
    if (!navigator.locks) return this.#serve(term);
    navigator.locks.request(this.#name, { signal: AbortSignal.any([term.signal, this.#stop.signal]) }, () => this.#serve(term)).catch(() => {});
  }

  #steal() {
    if (this.#isStealing || !navigator.locks) return;
    this.#isStealing = true;
    this.#term?.abort();
    const term = (this.#term = new AbortController());
    navigator.locks.request(this.#name, { steal: true }, () => { this.#isStealing = false; return this.#serve(term); })
      .catch(() => { this.#isStealing = false; term.abort(); setTimeout(() => this.#stand(), beat); });
  }

  /** Holds the lock until the term ends. Where it is stolen, the request rejects while this still runs: asking tells. */
  async #serve(term) {
    if (term.signal.aborted || this.#stop.signal.aborted) return;
    this.isElected = true;
    this.#channel.post({ type: "elected" });
    this.onElected(term.signal);
    while (!term.signal.aborted) {
      await pause(beat, term.signal);
      if (!navigator.locks) continue;
      const { held } = await navigator.locks.query();
      if (!held.some(({ name, clientId }) => name === this.#name && (this.clientId ??= clientId) === clientId)) term.abort();
    }
    this.isElected = false;
    if (!this.#stop.signal.aborted && !document.hidden) setTimeout(() => this.#stand(), beat);
  }
}
