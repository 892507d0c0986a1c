import { Problem } from "./problem.js";

/** filmd's HTTP interface. */
export class Service {
  /** Called with true or false as the service is reached or not. */
  onReach = () => {};

  /** Whose requests these are; null before somebody has signed in. */
  accountID = null;

  #ahead = 0; #heardAt = -Infinity;

  constructor(tokens) { this.tokens = tokens; }

  /** The time as the service has it, whatever this device's clock says: when something of the service ends is counted by this. */
  now() { return Date.now() - this.#ahead; }

  /** Something came from the service: a response, or by the stream. */
  heard() {
    this.#heardAt = performance.now();
    this.onReach(true);
  }

  /** A token of this page's account. The cookie is shared by all tabs, and another tab may have signed in as somebody else. */
  async token(rejected = null) {
    const text = await this.tokens.current(rejected);
    if (this.accountID !== null && this.tokens.accountID !== this.accountID) throw new Problem(401, { code: "other_account" });
    return text;
  }

  /**
   * Sends a request with the person's token, once more with a new one where the service refused the old.
   *
   * @returns {{status, body, headers}} for every response, whatever its status.
   * @throws Problem with status 0 where there was none.
   */
  async request(method, path, { body, signal, headers = {}, isPublic = false } = {}) {
    let token = null, response;
    for (let attempt = 0; attempt < 2; attempt += 1) {
      if (!isPublic) {
        try { token = await this.token(token); } catch (problem) {
          this.onReach(problem.status !== 0);
          if (problem.status === 0) throw problem;
          return { status: problem.status, body: problem.details, headers: new Headers() };
        }
      }
      response = await this.#send(method, path, { body, signal, headers, token });
      if (response.status !== 401 || isPublic) break;
    }
    const isJSON = /\bjson\b/.test(response.headers.get("content-type") ?? "");
    const content = isJSON ? await response.json().catch(() => null) : null;
    return { status: response.status, body: content, headers: response.headers, response };
  }

  /** The body of a response with a good status. @throws Problem otherwise. */
  async ask(method, path, options) {
    const answer = await this.request(method, path, options);
    if (answer.status < 200 || answer.status > 299) throw Problem.from(answer);
    return answer.body;
  }

  async #send(method, path, { body, signal, headers, token }) {
    const fields = { Accept: "application/json", ...headers };
    // The page's language, which may be another than the browser's.
    const language = globalThis.document?.documentElement?.lang;
    if (language) fields["Accept-Language"] = language;
    if (token) fields.Authorization = `Bearer ${token}`;
    if (body != null) fields["Content-Type"] = "application/json";
    const began = performance.now();
    try {
      const limit = signal ?? AbortSignal.timeout(60_000);
      const response = await fetch(path, { method, headers: fields, body: body == null ? undefined : JSON.stringify(body), signal: limit, cache: "no-store" });
      const date = Date.parse(response.headers.get("date") ?? "");
      if (!Number.isNaN(date)) this.#ahead = Date.now() - date;
      this.heard();
      return response;
    } catch (error) {
      // One that took too long may be waiting for mediad, while the service answers all the rest.
      const isSlowOnly = error.name === "TimeoutError" && this.#heardAt > began;
      if (!signal?.aborted && !isSlowOnly) this.onReach(false);
      throw Problem.network;
    }
  }
}
