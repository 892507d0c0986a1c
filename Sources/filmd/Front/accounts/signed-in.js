import { Outbox } from "../outbox/outbox.js";
import { Sender } from "../outbox/sender.js";
import { deleteDatabase, openDatabase } from "../storage/database.js";
import { forgetAll, keepFile, readFile } from "../storage/files.js";
import { Channel } from "../sync/channel.js";
import { Election } from "../sync/election.js";
import { Follower } from "../sync/follower.js";
import { Library } from "../sync/library.js";
import { uuid7 } from "../identifiers/uuid7.js";

/** Everything that belongs to the one account that is signed in on this page: what is on the device, what waits, and who keeps it in step. */
export class SignedIn {
  /** "live", "polling" or "away", as far as this tab knows. */
  connection = "away";
  /** How far files have come, by id of entry: {sent, size, state}. */
  progress = new Map();
  onConnection = () => {};
  onProgress = () => {};
  /** Called with the service's answer to a change that replaced somebody else's. */
  onOverwritten = () => {};

  static async open(account, service) {
    const signedIn = new SignedIn();
    Object.assign(signedIn, { account, service });
    await signedIn.#build();
    return signedIn;
  }

  async #build() {
    const { account, service } = this;
    this.database = await openDatabase(account.id);
    this.channel = new Channel(account.id);
    this.outbox = new Outbox(this.database, this.channel);
    this.library = new Library({ database: this.database, channel: this.channel, outbox: this.outbox, account });
    this.sender = new Sender({ outbox: this.outbox, service, sendFile: async (entry) => (await this.#fileSender()).send(entry) });
    this.election = new Election(account.id, this.channel);
    this.outbox.onChange = () => this.library.touch();
    this.outbox.onWork = () => { if (this.election.isElected) this.sender.wake(); else this.channel.post({ type: "work" }); };
    this.sender.onRecord = (entry, record) => this.#learn(entry, record);
    this.sender.onOverwritten = (answer) => this.onOverwritten(answer);
    this.channel.onMessage = (message) => this.#hear(message);
    this.election.onElected = (term) => this.#serve(term);
    await Promise.all([this.library.read(), this.outbox.read()]);
  }

  start() { this.election.start(); }

  #files = null;

  /** Loaded when there is a file to send: the list is painted without it. */
  #fileSender() {
    this.#files ??= import("../outbox/file-sender.js").then(({ FileSender }) => {
      const files = new FileSender({ database: this.database, service: this.service, outbox: this.outbox });
      files.onProgress = (id, state) => { this.#progressed(id, state); this.channel.post({ type: "progress", id, state }); };
      return files;
    });
    this.#files.catch(() => { this.#files = null; });
    return this.#files;
  }

  /** What the person does: kept first, shown at once, sent when it can be. Resolves with the first entry when all are on disk. */
  async do(...commands) {
    const entries = await this.outbox.add(...commands);
    for (const entry of entries) if (entry.file) this.#digest(entry);
    return entries[0];
  }

  /** Keeps the bytes of a file on the device. @returns what a command needs of it. */
  keep(file, handle = null) { return keepFile(this.database, uuid7(), file, handle); }

  /** What may have to be chosen again is known by its digest. */
  async #digest(entry) {
    if (!["handle", "none"].includes(entry.file.kept)) return;
    const bytes = await readFile(this.database, entry.file);
    if (!bytes) return;
    const { sha256 } = await import("../media-client.js");
    (await this.#fileSender()).note(entry, { sha256: await sha256(bytes) });
  }

  /** Takes everything from this device. What waits is lost with it: the caller has asked. */
  async leave() {
    this.close();
    await forgetAll(this.database);
    this.database.close();
    await deleteDatabase(this.account.id);
    await globalThis.caches?.delete("films-posters");
  }

  close() {
    this.election.stop();
    this.sender.stop();
    this.channel.onMessage = () => {};
    setTimeout(() => this.channel.close(), 100);
  }

  #serve(term) {
    const follower = new Follower(this.service, term);
    follower.onChanges = (changes, cursor) => this.library.take(changes, cursor);
    follower.onResync = () => this.library.refill(this.service);
    follower.onState = (state) => { this.#connected(state); this.channel.post({ type: "connection", state }); };
    follower.follow(this.library.cursor);
    this.outbox.read().then(() => { this.sender.start(); return this.outbox.tidy(); });
    term.addEventListener("abort", () => this.sender.stop());
  }

  #hear(message) {
    if (message.type === "elected") this.election.heard();
    if (message.type === "connection") this.#connected(message.state);
    if (message.type === "changes") this.library.hear(message);
    if (message.type === "refilled") this.library.read();
    if (message.type === "outbox") this.outbox.heard();
    if (message.type === "work" && this.election.isElected) this.outbox.heard().then(() => this.sender.wake());
    if (message.type === "progress") this.#progressed(message.id, message.state);
    if (message.type === "control" && this.election.isElected) this.#control(message);
  }

  #connected(state) { this.connection = state; this.onConnection(state); }

  #progressed(id, state) { this.progress.set(id, state); this.onProgress(id, state); }

  /** "pause", "resume" or "cancel" of a file, by the tab that sends it. */
  control(verb, entry) {
    if (this.election.isElected) return this.#control({ verb, sequence: entry.sequence });
    this.channel.post({ type: "control", verb, sequence: entry.sequence });
  }

  async #control({ verb, sequence }) {
    const entry = this.outbox.entries.find((one) => one.sequence === sequence);
    if (entry) return (await this.#fileSender())[verb](entry);
  }

  /** What a request of ours was answered with: its record, where it is one, or that something is gone. */
  async #learn(entry, record) {
    const [entity, verb] = entry.kind.split(".");
    const table = { movie: "movie", poster: "movie", trailer: "movie", comment: "comment", playlist: "playlist", item: "playlist", history: "history", profile: "account", avatar: "account", conflict: "conflict" }[entity];
    if (entry.method === "DELETE" && entity !== "item") return this.library.unlearn(table, entry.about[0]);
    if (record?.version !== undefined && verb !== "dismiss") return this.library.learn(table, record);
  }
}
