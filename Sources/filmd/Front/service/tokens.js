import { Problem } from "./problem.js";

/**
 * The access token, which lives in memory only, and its renewal by the refresh cookie, which no script can read.
 *
 * Tabs refresh one at a time (a Web Lock), and hand the result to each other (BroadcastChannel). The lock has a time-out, because a
 * frozen tab can hold it for ever; two refreshes at once do no harm, as the service gives the same successor for 30 seconds.
 */
const lockTimeout = 5_000, early = 30_000, sessionToEnd = "session-to-end";

export class Tokens {
  #token = null;
  #refreshing = null;
  #channel = new BroadcastChannel("films-tokens");
  /** Called when nobody is signed in any more. */
  onSignedOut = () => {};
  /** Called with the id of the account that a new token is for. */
  onAccount = () => {};

  constructor() {
    this.#channel.onmessage = ({ data }) => {
      if (data?.type === "token") { this.#token = data.token; this.onAccount(data.token.accountID); }
      if (data?.type === "signedOut") { this.#token = null; this.onSignedOut(); }
    };
  }

  take({ accessToken, expiresAt }) {
    this.#token = { text: accessToken, end: endOf(accessToken, expiresAt), accountID: claimsOf(accessToken).sub ?? null };
    this.#channel.postMessage({ type: "token", token: this.#token });
    this.onAccount(this.#token.accountID);
  }

  forget() {
    this.#token = null;
    this.#channel.postMessage({ type: "signedOut" });
  }

  get expiresAt() { return this.#token?.end ?? 0; }
  /** Whose token it is: what waits is sent in nobody else's name. */
  get accountID() { return this.#token?.accountID ?? null; }

  /**
   * Whether somebody signed out while the service was not reached: the cookie, which no script can delete, is still in this browser, and
   * good. Remembered beyond this page, until the service has ended the session or somebody signs in.
   */
  get hasSessionToEnd() { return localStorage.getItem(sessionToEnd) !== null; }
  set hasSessionToEnd(value) { if (value) localStorage.setItem(sessionToEnd, "yes"); else localStorage.removeItem(sessionToEnd); }

  /** A token that is good for a while. Throws a `Problem`: 401 when somebody has to sign in, 0 when the service is not reached. */
  async current(rejected = null) {
    if (this.#isGood(rejected)) return this.#token.text;
    this.#refreshing ??= this.#refresh(rejected).finally(() => { this.#refreshing = null; });
    return this.#refreshing;
  }

  #isGood(rejected) {
    return this.#token !== null && this.#token.text !== rejected && this.#token.end - early > Date.now();
  }

  async #refresh(rejected) {
    try {
      // (No locks over plain HTTP in a home network: then at once, as after a time-out.)
      return await navigator.locks.request("films-refresh", { signal: AbortSignal.timeout(lockTimeout) }, () =>
        (this.#isGood(rejected) ? this.#token.text : this.#fetchToken()));
    } catch (error) {
      if (error instanceof Problem) throw error;
      return this.#fetchToken();
    }
  }

  async #fetchToken() {
    let response;
    try {
      response = await fetch("/api/session/refresh", { method: "POST", headers: { Accept: "application/json" }, signal: AbortSignal.timeout(20_000) });
    } catch { throw Problem.network; }
    const body = await response.json().catch(() => null);
    if (response.status === 401 || response.status === 403) { this.#token = null; this.onSignedOut(); }
    if (!response.ok) throw Problem.from({ status: response.status, body });
    this.take(body);
    return body.accessToken;
  }
}

/** By this device's clock, which may be hours off: a token is good for its lifetime from now, not until a time of the service's clock. */
export function endOf(accessToken, expiresAt, now = Date.now()) {
  const { iat, exp } = claimsOf(accessToken);
  return exp > iat ? now + (exp - iat) * 1000 : Date.parse(expiresAt);
}

/** What a JSON Web Token says, unverified: the service verifies, this page only has to know whose it is and how long it is good. */
function claimsOf(token) {
  try {
    const text = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)))) ?? {};
  } catch { return {}; }
}
