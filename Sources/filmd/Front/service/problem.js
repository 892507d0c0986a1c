/** What went wrong with a request: RFC 9457 problem details, or no response at all. */
export class Problem extends Error {
  /** @param status 0 where there was no response. */
  constructor(status, details = {}) {
    super(details.detail ?? details.title ?? "");
    this.status = status;
    this.code = details.code ?? (status === 0 ? "network" : `status_${status}`);
    this.details = details;
  }

  /** @param headers say in which language the words are. */
  static from({ status, body, headers }) {
    const language = headers?.get("content-language");
    return new Problem(status, { ...(body && typeof body === "object" ? body : {}), ...(language ? { language } : {}) });
  }

  static get network() { return new Problem(0, { code: "network", ...(globalThis.navigator?.onLine === false ? { wasOffline: true } : {}) }); }

  /** As IndexedDB and BroadcastChannel keep it. */
  get plain() { return { status: this.status, code: this.code, detail: this.message, details: this.details }; }
}
