/**
 * Uploads to mediad by tus 1.0.0 (https://tus.io/protocols/resumable-upload), from a browser. One file, no dependency.
 *
 *     const upload = new Upload(file, { endpoint: "/api/uploads", metadata: { collection: "posters" }, token });
 *     upload.addEventListener("progress", () => bar.value = upload.sent / file.size);
 *     const record = await upload.start();
 *
 * Cut-off requests go on where mediad's copy ends, after a pause with full jitter. To go on after a reload, keep `upload.location`
 * (event "created") and hand it in again as `location`. `pause()` and `start()` stop and go on; `cancel()` ends the upload and frees its bytes.
 */

/** Why an upload ended without a file. `status` 0: no response; `code` as in mediad's problem details, or one of those below. */
export class UploadProblem extends Error {
  constructor(status, code, details = {}) {
    super(details.detail ?? details.title ?? code);
    Object.assign(this, { status, code, details });
  }

  /** Whether the same upload may succeed later without anybody changing anything. */
  get isPassing() { return this.status === 0 || [408, 409, 423, 425, 429, 460].includes(this.status) && this.code !== "name_taken" && this.code !== "path_occupied" || this.status >= 500 && this.status !== 507; }
}

export class Upload extends EventTarget {
  #file; #options; #stop = null; #running = null;
  /** "new", "running", "paused", "processing", "complete", "failed" or "cancelled". */
  state = "new";
  /** Bytes that have left; after a response those that mediad has kept. */
  sent = 0;
  /** The address of the upload, once it was created. */
  location;

  /**
   * @param file a Blob or File.
   * @param options.endpoint where uploads are created.
   * @param options.location of an upload that was created before.
   * @param options.token a grant, key or access token; or an async function that gives one.
   * @param options.metadata texts for `Upload-Metadata`: collection, name, filename ...
   * @param options.checksum true: each request carries the SHA-256 of its bytes, and mediad refuses others.
   * @param options.chunkLength bytes of a request.
   * @param options.maximumAttempts in a row without progress.
   */
  constructor(file, options) {
    super();
    this.#file = file;
    const { metadata = {}, checksum = false, chunkLength = checksum ? 8 << 20 : 32 << 20, maximumAttempts = 10, pauseBase = 500, pauseLimit = 10_000 } = options;
    this.#options = { ...options, metadata, checksum, chunkLength, maximumAttempts, pauseBase, pauseLimit };
    this.location = options.location ?? null;
  }

  get size() { return this.#file.size; }

  /** Begins, or goes on. Resolves with the file's record, as in `GET /api/uploads/{id}`; throws an UploadProblem. */
  start() {
    if (this.#running) return this.#running;
    this.#stop = new AbortController();
    this.#running = this.#run(this.#stop.signal).finally(() => { this.#running = null; });
    return this.#running;
  }

  /** Stops; what mediad has stays there. `start()` goes on. */
  pause() {
    if (!this.#running) return;
    this.#stop.abort();
    this.#turn("paused");
  }

  /** Stops for good, and tells mediad to forget what it has. */
  async cancel() {
    this.#stop?.abort();
    this.#turn("cancelled");
    if (this.location) await this.#request("DELETE", this.location, {}).catch(() => {});
  }

  async #run(signal) {
    this.#turn("running");
    let attempt = 0, mustAsk = this.location !== null;
    for (;;) {
      const before = this.sent;
      try {
        if (!this.location) await this.#create(signal);
        else if (mustAsk) await this.#askOffset(signal);
        mustAsk = false;
        while (this.sent < this.size) { await this.#append(signal); attempt = 0; }
        return await this.#outcome(signal);
      } catch (error) {
        if (signal.aborted) throw new UploadProblem(0, this.state);
        const problem = error instanceof UploadProblem ? error : new UploadProblem(0, "network");
        if (this.sent > before) attempt = 0;
        attempt += 1;
        if (!this.#mayRepeat(problem) || attempt >= this.#options.maximumAttempts) { this.#turn("failed"); throw problem; }
        mustAsk = this.location !== null;
        this.dispatchEvent(new CustomEvent("waiting", { detail: problem }));
        await sleep(Math.max(problem.after ?? 0, Math.random() * Math.min(this.#options.pauseLimit, this.#options.pauseBase * 2 ** attempt)), signal);
      }
    }
  }

  #mayRepeat(problem) {
    // The upload expired or was ended: its bytes are gone, and it begins again from nothing, once it is sure that nothing came of it.
    if (this.location && (problem.status === 404 || problem.status === 410)) { this.location = null; this.sent = 0; return true; }
    return problem.isPassing;
  }

  async #create(signal) {
    const metadata = Object.entries(this.#options.metadata).filter(([, value]) => value != null).map(([key, value]) => `${key} ${base64(new TextEncoder().encode(value))}`).join(",");
    const fields = { "Upload-Length": String(this.size) };
    if (metadata) fields["Upload-Metadata"] = metadata;
    const response = await this.#request("POST", this.#options.endpoint, { fields, signal });
    const location = response.getResponseHeader("Location");
    if (response.status !== 201 || !location) throw problemOf(response);
    this.location = new URL(location, new URL(this.#options.endpoint, globalThis.location?.href)).href;
    // A creation that is repeated with the same grant finds the upload that it made before, which may have bytes.
    if (response.getResponseHeader("Upload-Offset")) this.#keepOffset(response);
    this.dispatchEvent(new Event("created"));
  }

  async #askOffset(signal) {
    const response = await this.#request("HEAD", this.location, { signal });
    if (response.status >= 300) throw await this.#failure(response, signal);
    this.#keepOffset(response);
  }

  async #append(signal) {
    const start = this.sent, piece = this.#file.slice(start, start + this.#options.chunkLength);
    const fields = { "Upload-Offset": String(start), "Content-Type": "application/offset+octet-stream" };
    if (this.#options.checksum) {
      const digest = await crypto.subtle.digest("SHA-256", await piece.arrayBuffer());
      fields["Upload-Checksum"] = `sha256 ${base64(new Uint8Array(digest))}`;
    }
    const response = await this.#request("PATCH", this.location, {
      fields, signal, body: piece, onProgress: (loaded) => { this.sent = start + Math.min(loaded, piece.size); this.dispatchEvent(new Event("progress")); },
    });
    if (response.status >= 300) { this.sent = start; throw problemOf(response); }
    this.#keepOffset(response);
  }

  #keepOffset(response) {
    const offset = Number(response.getResponseHeader("Upload-Offset"));
    if (response.getResponseHeader("Upload-Offset") === null || !(offset >= 0 && offset <= this.size)) throw new UploadProblem(response.status, "protocol");
    this.sent = offset;
    this.dispatchEvent(new Event("progress"));
  }

  /** All bytes are there; what became of them is at the upload's address, at once or after a while. */
  async #outcome(signal) {
    this.#turn("processing");
    for (let attempt = 1; ; attempt += 1) {
      const response = await this.#request("GET", this.location, { signal });
      if (response.status !== 200) throw problemOf(response);
      const { state, file, problem } = JSON.parse(response.responseText);
      if (state === "complete") { this.#turn("complete"); return file; }
      if (state === "failed") throw new UploadProblem(problem?.status ?? 422, problem?.code ?? "refused", problem ?? {});
      if (state === "receiving") throw new UploadProblem(409, "offset_mismatch");
      await sleep(Math.min(5_000, 100 * 2 ** attempt), signal);
    }
  }

  /** A HEAD has no body: why an upload failed is asked for at the same address. */
  async #failure(head, signal) {
    if (head.status === 404 || head.status === 410 || head.status >= 500) return problemOf(head);
    const response = await this.#request("GET", this.location, { signal });
    if (response.status !== 200) return problemOf(response);
    const { problem } = JSON.parse(response.responseText);
    return new UploadProblem(problem?.status ?? head.status, problem?.code ?? "refused", problem ?? {});
  }

  /** XMLHttpRequest, because `fetch` tells nothing of the progress of what it sends. */
  async #request(method, address, { fields = {}, body = null, signal, onProgress }) {
    const token = typeof this.#options.token === "function" ? await this.#options.token() : this.#options.token;
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest(), abort = () => request.abort();
      request.open(method, address);
      if (method !== "GET") request.setRequestHeader("Tus-Resumable", "1.0.0");
      if (token) request.setRequestHeader("Authorization", `Bearer ${token}`);
      for (const [name, value] of Object.entries(fields)) request.setRequestHeader(name, value);
      if (onProgress) request.upload.onprogress = (event) => onProgress(event.loaded);
      request.onload = () => resolve(request);
      request.onerror = request.ontimeout = () => reject(new UploadProblem(0, "network"));
      request.onabort = () => reject(new UploadProblem(0, "aborted"));
      request.onloadend = () => signal?.removeEventListener("abort", abort);
      if (signal?.aborted) return reject(new UploadProblem(0, "aborted"));
      signal?.addEventListener("abort", abort);
      request.send(body);
    });
  }

  #turn(state) {
    if (this.state === state || this.state === "cancelled") return;
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }
}

function problemOf(request) {
  let details = {};
  try { details = JSON.parse(request.responseText) ?? {}; } catch { /* no problem details: the status must do */ }
  const problem = new UploadProblem(request.status, details.code ?? `status_${request.status}`, details), wait = request.getResponseHeader("Retry-After");
  if (/^\d+$/.test(wait ?? "")) problem.after = Number(wait) * 1000;
  return problem;
}

const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

const sleep = (milliseconds, signal) => new Promise((resolve) => {
  const timer = setTimeout(resolve, milliseconds);
  signal?.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
});

/**
 * SHA-256 (FIPS 180-4) of a file of any size in constant memory, which WebCrypto cannot do. 64 hexadecimal digits.
 *
 * @param options.onProgress called with the bytes done. @param options.signal ends it with its reason.
 */
export async function sha256(blob, { onProgress, signal } = {}) {
  const hash = new SHA256(), step = 1 << 20;
  for (let start = 0; start < blob.size; start += step) {
    signal?.throwIfAborted();
    hash.update(new Uint8Array(await blob.slice(start, start + step).arrayBuffer()));
    onProgress?.(Math.min(start + step, blob.size));
  }
  return hash.hex();
}

/** The first 64 fractional bits of roots of primes, computed rather than listed. */
const [roundConstants, initialState] = (() => {
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((p) => n % p)) primes.push(n);
  const bits = (value) => Math.floor((value - Math.floor(value)) * 2 ** 32) | 0;
  return [Int32Array.from(primes, (p) => bits(Math.cbrt(p))), Int32Array.from(primes.slice(0, 8), (p) => bits(Math.sqrt(p)))];
})();

class SHA256 {
  #state = Int32Array.from(initialState); #words = new Int32Array(64); #rest = new Uint8Array(64); #kept = 0; #length = 0;

  update(bytes) {
    this.#length += bytes.length;
    let start = 0;
    if (this.#kept > 0) {
      start = Math.min(64 - this.#kept, bytes.length);
      this.#rest.set(bytes.subarray(0, start), this.#kept);
      this.#kept += start;
      if (this.#kept < 64) return;
      this.#block(this.#rest, 0);
      this.#kept = 0;
    }
    for (; start + 64 <= bytes.length; start += 64) this.#block(bytes, start);
    this.#rest.set(bytes.subarray(start));
    this.#kept = bytes.length - start;
  }

  hex() {
    const length = this.#length, padding = new Uint8Array((this.#kept < 56 ? 56 : 120) - this.#kept + 8);
    padding[0] = 0x80;
    const view = new DataView(padding.buffer);
    view.setUint32(padding.length - 8, Math.floor(length / 2 ** 29));
    view.setUint32(padding.length - 4, (length * 8) >>> 0);
    this.update(padding);
    return Array.from(this.#state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  #block(bytes, start) {
    const w = this.#words, state = this.#state;
    for (let t = 0, i = start; t < 16; t += 1, i += 4) w[t] = bytes[i] << 24 | bytes[i + 1] << 16 | bytes[i + 2] << 8 | bytes[i + 3];
    for (let t = 16; t < 64; t += 1) {
      const x = w[t - 15], y = w[t - 2];
      w[t] = (w[t - 16] + w[t - 7] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10)) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 64; t += 1) {
      const first = (h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + ((e & f) ^ (~e & g)) + roundConstants[t] + w[t]) | 0;
      const second = (((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + first) | 0; d = c; c = b; b = a; a = (first + second) | 0;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
  }
}
