import { fullJitter, pause, retryAfter } from "../sync/backoff.js";
import { Problem } from "../service/problem.js";
import { judge, next, parked, postponed, rebased, together, unsure } from "./queue.js";

/**
 * Sends what waits, in order, in the one tab that was elected. It looks when it is told to (start, `online`, the page becomes visible,
 * something new) and by a timer: iOS has no Background Sync.
 */
const timer = 30_000;

export class Sender {
  #outbox; #service; #sendFile; #lanes = new Map(); #stop = new AbortController(); #alone = 0;
  /** Called with each record that the service answers, so that the page need not wait for the stream to bring it. */
  onRecord = async () => {};
  /** Called with what the service says the person has overwritten. */
  onOverwritten = () => {};

  constructor({ outbox, service, sendFile }) {
    this.#outbox = outbox;
    this.#service = service;
    this.#sendFile = sendFile;
  }

  start() {
    this.#stop.abort();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    addEventListener("online", () => this.wake(true), { signal });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.wake(true); }, { signal });
    const interval = setInterval(() => this.wake(), timer);
    signal.addEventListener("abort", () => clearInterval(interval));
    this.wake(true);
  }

  stop() { this.#stop.abort(); }

  /** @param isFresh there is reason to believe that what failed before will work now: waits are cut short. */
  wake(isFresh = false) {
    for (const lane of ["commands", "files"]) {
      const running = this.#lanes.get(lane);
      if (!running) this.#lanes.set(lane, this.#drain(lane, isFresh));
      else if (isFresh) running.hurry?.abort();
    }
  }

  #drain(lane, isFresh) {
    const run = { hurry: null };
    const { signal } = this.#stop;
    const work = async () => {
      let mayHurry = isFresh;
      while (!signal.aborted) {
        const now = mayHurry ? Infinity : Date.now(), found = next(this.#outbox.entries, lane, now);
        mayHurry = false;
        if (found.entry) {
          const several = lane === "commands" && this.#alone === 0 ? together(this.#outbox.entries, now) : [];
          const outcome = several.length > 1 ? await this.#sendTogether(several) : await this.#send(found.entry);
          if (outcome === "signIn" || outcome === "cancelled" && this.#outbox.entries.includes(found.entry)) break;
          if (lane === "commands") this.#wakeFiles();
        } else if (found.wait > 0) {
          run.hurry = new AbortController();
          await pause(Math.min(found.wait, timer), AbortSignal.any([run.hurry.signal, signal]));
          mayHurry = run.hurry.signal.aborted;
        } else break;
      }
    };
    work().catch((error) => console.error(error)).finally(() => { if (this.#lanes.get(lane) === run) this.#lanes.delete(lane); });
    return run;
  }

  #wakeFiles() { if (!this.#lanes.has("files") && this.#outbox.entries.some(({ file }) => file)) this.wake(); }

  async #send(entry) {
    let answer, body = entry.body;
    if (!entry.file && this.#alone > 0) this.#alone -= 1;
    try {
      if (entry.file) {
        const sent = await this.#sendFile(entry);
        // As it is by now: what was accepted while the file was on its way may have given it another version to refer to.
        body = { ...(this.#outbox.entries.find(({ id }) => id === entry.id) ?? entry).body, ...sent };
      }
      answer = await this.#service.request(entry.method, entry.path, { body });
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem(error.status ?? 0, { code: error.code ?? "network", ...error.details });
      // "file_missing" and the like: only the person can help.
      answer = { status: problem.status, body: problem.details, headers: new Headers(), mustPark: error.mustPark };
      if (problem.code === "cancelled") return "cancelled";
      if (error.isPassing) answer.status = 503;
    }
    return this.#settle(entry, answer);
  }

  /** A long queue in few requests: the service does them in order, and ends behind the first that it refuses. */
  async #sendTogether(entries) {
    const requests = entries.map(({ method, path, body }) => ({ method, path, body }));
    let answer;
    try { answer = await this.#service.request("POST", "/api/batch", { body: { requests } }); } catch (problem) {
      answer = { status: 0, body: problem.details, headers: new Headers() };
    }
    const answers = answer.status === 200 ? answer.body?.responses ?? [] : [];
    const lost = answers.length === 0 ? unsure(entries.slice(1), Problem.from(answer)) : [];
    if (lost.length > 0) await this.#outbox.put(...lost);
    if (answers.length === 0) {
      const outcome = judge(entries[0], answer.status === 200 ? 0 : answer.status);
      // The batch itself was refused (by a service that knows none, perhaps): one by one it shows what is wrong with which of them.
      if (outcome === "park" || entries[0].method === "DELETE" && outcome === "done") { this.#alone = entries.length; return outcome; }
      return this.#settle(entries[0], { ...answer, status: answer.status === 200 ? 0 : answer.status });
    }
    let outcome;
    for (const [index, { status, retryAfterSeconds, body }] of answers.entries()) {
      const headers = new Headers(answer.headers.has("content-language") ? { "Content-Language": answer.headers.get("content-language") } : {});
      if (retryAfterSeconds != null) headers.set("Retry-After", String(retryAfterSeconds));
      outcome = await this.#settle(entries[index], { status, body, headers });
    }
    return outcome;
  }

  async #settle(entry, answer) {
    const outcome = answer.mustPark ? "park" : judge(entry, answer.status);
    // Also where another file has taken this one's place meanwhile: that one comes after it.
    const changed = outcome === "done" ? rebased(this.#outbox.entries, entry, answer.body) : [];
    if (changed.length > 0) await this.#outbox.put(...changed);
    const present = this.#outbox.entries.find(({ sequence }) => sequence === entry.sequence);
    if (!present) return outcome;
    const problem = outcome === "done" ? null : Problem.from(answer).plain;
    if (outcome === "done") {
      // The record first: between it and what waits no frame shows neither. The next entry does not wait for the disk.
      const written = [this.onRecord(entry, answer.body), this.#outbox.remove(entry)];
      Promise.all(written).catch((error) => console.error(error));
      if (answer.body?.overwrote?.length) this.onOverwritten(answer.body);
    } else if (present.id === entry.id && outcome === "retry") {
      const wait = Math.max(retryAfter(answer.headers.get("retry-after")) ?? 0, fullJitter(entry.attempts + 1, { base: 1_000, cap: 60_000 }));
      await this.#outbox.put(postponed(present, Date.now(), wait, problem));
    } else if (present.id === entry.id && outcome === "park") await this.#outbox.put(parked(present, problem));
    return outcome;
  }
}
