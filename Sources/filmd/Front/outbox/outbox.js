import { forgetFile, forgetOthers } from "../storage/files.js";
import { Batch } from "../storage/batch.js";
import { inTransaction, settled } from "../storage/database.js";
import { dependants, makesObsolete, replaceable, revived } from "./queue.js";

/**
 * What the person has done and the service has not yet taken, in order, in the account's database: the only copy there is, so it is
 * written with strict durability before the page shows it as done. Every tab has the same list in memory, and hears of each
 * other's changes.
 */
export class Outbox {
  #database; #channel; #entries = []; #news = null;
  /** Called when the list is another one. */
  onChange = () => {};
  /** Called when there is something new to send. */
  onWork = () => {};

  constructor(database, channel) {
    this.#database = database;
    this.#channel = channel;
  }

  /** In order. Never changed in place. */
  get entries() { return this.#entries; }

  async read() {
    this.#entries = await inTransaction(this.#database, ["outbox"], "readonly", (store) => settled(store.getAll()));
    this.onChange();
  }

  /** Keeps entries, all or none. Resolves with them when they are on disk. */
  async add(...commands) {
    const replaced = new Set(), entries = commands.map((command) => {
      const entry = { attempts: 0, notBefore: 0, problem: null, state: "waiting", at: new Date().toISOString(), ...command };
      const earlier = replaceable(this.#entries, entry);
      if (earlier) { entry.sequence = earlier.sequence; replaced.add(earlier.sequence); }
      return entry;
    });
    const obsolete = this.#entries.filter((entry) => commands.some((command) => makesObsolete(command, entry)));
    await inTransaction(this.#database, ["outbox"], "readwrite", async (store) => {
      for (const { sequence } of obsolete) store.delete(sequence);
      await Promise.all(entries.map(async (entry) => { entry.sequence = await settled(store.put(entry)); }));
    }, "strict");
    const gone = new Set(obsolete.map(({ sequence }) => sequence));
    this.#replace([...this.#entries.filter(({ sequence }) => !gone.has(sequence) && !replaced.has(sequence)), ...entries].sort((a, b) => a.sequence - b.sequence));
    for (const { file } of obsolete) await forgetFile(this.#database, file);
    this.onWork();
    return entries;
  }

  /** Writes entries that are another value of ones that are there. What another tab has discarded meanwhile stays so. */
  async put(...entries) {
    const bySequence = new Map(entries.map((entry) => [entry.sequence, entry]));
    await inTransaction(this.#database, ["outbox"], "readwrite", (store) => Promise.all(entries.map(async (entry) => {
      if ((await settled(store.get(entry.sequence)))?.id === entry.id) store.put(entry);
    })));
    this.#replace(this.#entries.map((entry) => bySequence.get(entry.sequence) ?? entry));
  }

  /**
   * Removes an entry that was taken by the service or given up by the person, unless it has become another one meanwhile. At once in
   * memory; resolves when it is gone from the disk. (Killed in between, it is sent once more, and its id makes that harmless.)
   */
  async remove(entry) {
    const present = this.#entries.find(({ sequence }) => sequence === entry.sequence);
    if (!present || present.id !== entry.id) return;
    this.#replace(this.#entries.filter((one) => one !== present));
    await this.#removals.add(entry.sequence);
    if (entry.file) await forgetFile(this.#database, entry.file);
  }

  #removals = new Batch((sequences) => inTransaction(this.#database, ["outbox"], "readwrite", (store) => { for (const sequence of sequences) store.delete(sequence); }));

  /** Tries a parked entry again, as it was edited. */
  async retry(entry, body) {
    await this.put(revived(entry, body));
    this.onWork();
  }

  /** Gives an entry up, with all that needs what it would have made. */
  async discard(entry) {
    for (const other of [entry, ...dependants(this.#entries, entry)]) await this.remove(other);
    this.onWork();
  }

  /** Another tab has changed the list. */
  heard() { return this.read(); }

  /** Removes copies of files that nothing needs. */
  tidy() { return forgetOthers(this.#database, new Set(this.#entries.flatMap(({ file }) => (file?.key ? [file.key] : [])))); }

  #replace(entries) {
    this.#entries = entries;
    this.onChange();
    // The other tabs read the whole list: not for each of a thousand entries.
    this.#news ??= setTimeout(() => { this.#news = null; this.#channel.post({ type: "outbox" }); }, 150);
  }
}
