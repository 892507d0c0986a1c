import { readModel, writeChanges } from "../storage/records.js";
import { Batch } from "../storage/batch.js";
import { overlay } from "../outbox/overlay.js";
import { addPage, difference, emptyModel, entities, fold, keyOf } from "./model.js";
import { isBehind } from "./messages.js";

/**
 * All that the page shows: the service's records, kept on the device, with what waits laid over them. Every tab has one; the elected
 * tab writes to the device and tells the others.
 */
const firstPage = 40, laterPages = 1000;

export class Library {
  #database; #channel; #outbox; #account; #model = emptyModel(); #view = emptyModel(); #isStale = false; #listeners = new Set(); #scheduled = false; #restUntil = 0;
  cursor = null;
  /** Whether at least the first page of films has been here. */
  isFilled = false;

  constructor({ database, channel, outbox, account }) {
    Object.assign(this, { isLoading: false });
    this.#database = database;
    this.#channel = channel;
    this.#outbox = outbox;
    this.#account = account;
  }

  get model() { return this.#model; }

  /** The model with all that waits. */
  get view() {
    if (this.#isStale) { this.#view = overlay(this.#model, this.#outbox.entries, this.me, this.#view); this.#isStale = false; }
    return this.#view;
  }

  get me() { return this.#model.account.get(this.#account.id) ?? this.#account; }
  /** With changes that wait. */
  get myself() { return this.view.account.get(this.#account.id) ?? this.#account; }

  async read() {
    const { model, cursor } = await readModel(this.#database);
    this.cursor = cursor;
    this.isFilled = cursor !== null;
    this.#become(model);
  }

  /** @returns a function that ends it. At most one call for each frame. */
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What waits has changed. */
  touch() { this.#isStale = true; this.#tell(); }

  /**
   * Changes of the stream, in the elected tab. Resolves when they are on the device, with their cursor. They are folded before anything
   * is awaited, so that what arrives meanwhile is folded into the result.
   */
  async take(changes, cursor) {
    const { model, touched } = fold(this.#model, changes);
    this.cursor = cursor;
    // A heartbeat moves the cursor only, and is not worth a write.
    if (touched.length === 0) return;
    this.#become(model);
    this.#channel.post({ type: "changes", changes, cursor });
    await this.#writes.add(touched);
  }

  /** What is on the device afterwards is the model of that time, with its cursor. */
  #writes = new Batch((batches) => writeChanges(this.#database, this.#model, batches.flat(), this.cursor));

  /** Changes that the elected tab tells. */
  hear({ changes, cursor }) {
    this.cursor = isBehind(this.cursor, cursor) || this.cursor === null ? cursor : this.cursor;
    this.#become(fold(this.#model, changes).model);
  }

  /** A record that the service answered to a request of ours. */
  async learn(entity, record) {
    await this.take([{ type: `${entity}.updated`, entity, id: keyOf(entity, record), record }], this.cursor);
  }

  /** Something was deleted by a request of ours. */
  async unlearn(entity, id) {
    await this.take([{ type: `${entity}.deleted`, entity, id, record: null }], this.cursor);
  }

  /**
   * Takes all from the service anew, page by page, and returns the cursor to follow from. What waits to be sent is not touched by it.
   * The cursor is the first page's: later pages may be newer, which the changes behind it bring into agreement.
   */
  async refill(service) {
    this.isLoading = true;
    const isFirst = this.cursor === null;
    try {
      let model = emptyModel(), cursor = null, next = null;
      do {
        const query = new URLSearchParams(next ? { page: next, limit: laterPages } : { limit: firstPage });
        const page = await service.ask("GET", `/api/snapshot?${query}`);
        cursor ??= page.cursor;
        const before = model;
        model = addPage(model, page);
        // Without a cursor, so all is asked for again after an interruption; but what was seen once is on the device.
        if (isFirst) await writeChanges(this.#database, model, difference(before, model), null);
        next = page.next ?? null;
        if (!this.isFilled) { this.#become(model); }
      } while (next);
      const { model: old } = await readModel(this.#database);
      await writeChanges(this.#database, model, difference(old, model), cursor);
      this.cursor = cursor;
      this.isFilled = true;
      this.#channel.post({ type: "refilled" });
      this.#become(model);
      return cursor;
    } finally { this.isLoading = false; this.#tell(); }
  }

  #become(model) {
    if (entities.every((entity) => model[entity] === this.#model[entity])) return;
    this.#model = model;
    this.#isStale = true;
    if (model.movie.size > 0) this.isFilled = true;
    this.#tell();
  }

  /** At most once a frame; and when drawing takes long, so seldom that most of the time is left for everything else. */
  #tell() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const tell = () => {
      const start = performance.now();
      this.#scheduled = false;
      for (const listener of [...this.#listeners]) listener();
      this.#restUntil = performance.now() + Math.min(500, 4 * (performance.now() - start));
    };
    // A long queue that drains is shown some times a second: drawing each step would cost more than sending it.
    const least = document.hidden || this.#outbox.entries.length > 50 ? 300 : 0;
    const rest = Math.max(this.#restUntil - performance.now(), least);
    if (rest > 16) setTimeout(tell, rest); else requestAnimationFrame(tell);
  }
}
