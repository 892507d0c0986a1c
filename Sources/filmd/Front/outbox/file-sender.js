import { Upload, sha256 } from "../media-client.js";
import { Problem } from "../service/problem.js";
import { readFile } from "../storage/files.js";

/** What only the person can help with. */
class NeedsPerson extends Problem { mustPark = true; }

/**
 * Sends the file of an entry to mediad, by a grant that filmd gives, and returns what the entry's own request says of it. How far it came
 * is in the entry, so it goes on after a reload.
 */
export class FileSender {
  #database; #service; #outbox; #uploads = new Map();
  /** Called with the entry's id and {sent, size, state} often: not kept anywhere. */
  onProgress = () => {};

  constructor({ database, service, outbox }) {
    this.#database = database;
    this.#service = service;
    this.#outbox = outbox;
  }

  async send(entry) {
    const member = `${entry.file.purpose}FileId`;
    if (entry.file.fileId) return { [member]: entry.file.fileId };
    const bytes = await readFile(this.#database, entry.file);
    if (!bytes) throw new NeedsPerson(409, { code: "file_missing" });
    const grant = await this.#grant(entry);
    const upload = new Upload(bytes, { endpoint: grant.endpoint, token: grant.token, metadata: grant.metadata, location: entry.file.location });
    this.#uploads.set(entry.id, upload);
    const tell = () => this.onProgress(entry.id, { sent: upload.sent, size: upload.size, state: upload.state });
    for (const type of ["progress", "state", "waiting"]) upload.addEventListener(type, tell);
    upload.addEventListener("created", () => this.note(entry, { location: upload.location }));
    try {
      const record = await upload.start();
      if (!record?.id) throw new NeedsPerson(410, { code: "upload_gone" });
      await this.note(entry, { fileId: record.id, location: null });
      return { [member]: record.id };
    } catch (error) {
      if (["paused", "cancelled"].includes(error.code)) throw new Problem(0, { code: "cancelled" });
      // The grant is of no use any more: the next attempt asks for another, and mediad knows the upload by its address.
      if (error.status === 401 || error.status === 403) await this.note(entry, { grant: null });
      if (error.status === 401 || error.code === "token_expired" || error.code === "grant_used") error.isExpired = true;
      throw Object.assign(new Problem(error.isExpired ? 503 : error.status, { ...error.details, code: error.code }), { isPassing: error.isPassing });
    } finally {
      this.#uploads.delete(entry.id);
    }
  }

  async pause(entry) {
    await this.note(entry, { isPaused: true });
    this.#uploads.get(entry.id)?.pause();
  }

  async resume(entry) {
    await this.note(entry, { isPaused: false });
    this.#outbox.onWork();
  }

  async cancel(entry) {
    const upload = this.#uploads.get(entry.id);
    await this.#outbox.discard(entry);
    if (upload) await upload.cancel();
    else if (entry.file.location) {
      const { token } = entry.file.grant ?? {};
      await fetch(entry.file.location, { method: "DELETE", headers: { "Tus-Resumable": "1.0.0", ...(token ? { Authorization: `Bearer ${token}` } : {}) } }).catch(() => {});
    }
  }

  /** The person chose the file again: it must be the same one where part of it is at mediad already. */
  static async isSame(description, file) {
    if (description.size !== file.size) return false;
    return description.sha256 ? description.sha256 === await sha256(file) : description.name === file.name && description.lastModified === file.lastModified;
  }

  async #grant(entry) {
    const known = entry.file.grant;
    // Its end bounds the beginning only: what was begun may end with it.
    if (known && (entry.file.location || !known.expiresAt || Date.parse(known.expiresAt) > this.#service.now() + 30_000)) return known;
    const { purpose, movieId, size, type } = entry.file;
    const grant = await this.#service.ask("POST", "/api/grants", { body: { purpose, movieId, size, type: type || null } });
    await this.note(entry, { grant });
    return grant;
  }

  /** Remembers more of an entry's file. */
  async note(entry, members) {
    const present = this.#outbox.entries.find(({ sequence, id }) => sequence === entry.sequence && id === entry.id);
    if (!present) return;
    Object.assign(entry, { file: { ...present.file, ...members } });
    await this.#outbox.put({ ...present, file: entry.file });
  }
}
