/** What went wrong with a request: RFC 9457 problem details, or no response at all. */
export class Problem extends Error {
  /** @param status 0 where there was no response. */
  constructor(status, details = {}) {
    super(details.detail ?? details.title ?? "");
    this.status = status;
    this.code = details.code ?? (status === 0 ? "network" : `status_${status}`);
    this.details = details;
  }

  static from({ status, body }) {
    return new Problem(status, body && typeof body === "object" ? body : {});
  }

  static get network() { return new Problem(0, { code: "network" }); }

  /** As IndexedDB and BroadcastChannel keep it. */
  get plain() { return { status: this.status, code: this.code, detail: this.message, details: this.details }; }
}
