import { fullJitter, pause } from "./backoff.js";
import { meaning, pageMeaning } from "./messages.js";

/**
 * Follows the service's changes from a cursor: by WebSocket, or, where none comes about (a proxy, an old network), by long polls. It
 * never loses its place: whatever breaks, it goes on from the last cursor, after a pause with full jitter.
 */
const silence = 45_000, renewBefore = 60_000, pollSeconds = 25;

export class Follower {
  #service; #signal; #failures = 0; #socketFailures = 0; #place = null;
  onChanges = async () => {};
  onResync = async () => null;
  /** "live", "polling" or "away". */
  onState = () => {};

  constructor(service, signal) {
    this.#service = service;
    this.#signal = signal;
  }

  /** Runs until the signal ends it. @param cursor null: takes a snapshot first. */
  async follow(cursor) {
    this.#place = cursor;
    while (!this.#signal.aborted) {
      try {
        this.#place ??= await this.onResync();
        // Two sockets in a row brought nothing: polls keep the page in step, and now and then a socket is tried again.
        if (this.#socketFailures < 2) await this.#socket(); else await this.#poll();
      } catch (problem) {
        if (this.#signal.aborted || problem.status === 401) return;
        this.#failures += 1;
        this.onState("away");
        await this.#rest(problem.after ?? 0);
      }
    }
  }

  #rest(least) {
    const online = new AbortController();
    const wake = () => online.abort();
    addEventListener("online", wake, { once: true });
    return pause(Math.max(least, fullJitter(this.#failures, { base: 1_000, cap: 30_000 })), AbortSignal.any([this.#signal, online.signal]))
      .finally(() => removeEventListener("online", wake));
  }

  /** Resolves when a snapshot is due; rejects when the socket broke. */
  async #socket() {
    const token = await this.#service.token();
    const address = new URL("/api/sync", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address), state = { isHealthy: false };
    try {
      await this.#listen(socket, token, state);
      this.#place = null;
    } finally {
      this.#socketFailures = state.isHealthy ? 0 : this.#socketFailures + 1;
      socket.onclose = null;
      socket.close();
    }
  }

  #listen(socket, token, state) {
    return new Promise((resolve, reject) => {
      let queue = Promise.resolve(), watch, batch = [];
      const end = (settle, value) => { clearTimeout(watch); clearInterval(renewal); this.#signal.removeEventListener("abort", abort); queue.then(() => settle(value), reject); };
      const abort = () => end(reject, { status: 0 });
      const alive = () => { clearTimeout(watch); watch = setTimeout(() => end(reject, { status: 0 }), silence); };
      const say = (message) => { if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message)); };
      const renewal = setInterval(() => {
        if (this.#service.tokens.expiresAt - Date.now() > renewBefore) return;
        this.#service.token().then((text) => say({ type: "token", token: text }), () => {});
      }, 15_000);
      this.#signal.addEventListener("abort", abort, { once: true });
      // Events that arrive together are folded together.
      const flush = () => {
        const changes = batch;
        if (changes.length === 0) return;
        batch = [];
        queue = queue.then(() => this.#take(changes, changes.at(-1).cursor));
      };
      alive();
      socket.onopen = () => { say({ type: "token", token }); say({ type: "subscribe", id: "films", since: this.#place }); };
      socket.onclose = () => { flush(); end(reject, { status: 0 }); };
      socket.onmessage = ({ data }) => {
        alive();
        this.#service.heard();
        const said = meaning(JSON.parse(data));
        if (!state.isHealthy && said.kind !== "close") { state.isHealthy = true; this.#failures = 0; this.onState("live"); }
        if (said.kind === "changes") { batch.push(...said.changes); if (batch.length === said.changes.length) setTimeout(flush, 20); }
        if (said.kind === "progress") { flush(); queue = queue.then(() => this.#take([], said.cursor)); }
        if (said.kind === "resync") end(resolve);
        if (said.kind === "token") this.#service.token(token).then((text) => say({ type: "token", token: text }), (problem) => end(reject, problem));
        if (said.kind === "close") end(reject, { status: 503, after: said.after });
      };
    });
  }

  async #take(changes, cursor) {
    await this.onChanges(changes, cursor);
    this.#place = cursor;
  }

  async #poll() {
    const query = new URLSearchParams({ since: this.#place, wait: pollSeconds });
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout((pollSeconds + 15) * 1000)]);
    const answer = await this.#service.request("GET", `/api/changes?${query}`, { signal });
    const said = pageMeaning(answer.status, answer.body);
    if (said.kind === "resync") { this.#place = null; return; }
    if (said.kind === "token") throw { status: 401 };
    if (said.kind === "close") throw { status: answer.status };
    await this.#take(said.changes, said.cursor);
    this.#failures = 0;
    this.onState("polling");
    if (!said.hasMore) this.#socketFailures = Math.max(0, this.#socketFailures - 0.25);
  }
}
