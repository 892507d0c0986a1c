/**
 * Puts many small writes into few transactions: the first one begins at once, those that come while it runs go together into the next.
 */
export class Batch {
  #write; #waiting = null; #running = null;

  /** @param write from an array of items to a promise that they are on disk. */
  constructor(write) { this.#write = write; }

  /** Resolves when the item is on disk, with whatever came with it. */
  add(item) {
    this.#waiting ??= { items: [], done: null };
    this.#waiting.items.push(item);
    this.#waiting.done ??= (this.#running ?? Promise.resolve()).catch(() => {}).then(() => this.#next());
    return this.#waiting.done;
  }

  #next() {
    const { items } = this.#waiting;
    this.#waiting = null;
    this.#running = this.#write(items);
    return this.#running;
  }
}
