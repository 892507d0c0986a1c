import { Service } from "../../Sources/filmd/Front/service/service.js";
import { endOf } from "../../Sources/filmd/Front/service/tokens.js";
import { equal, isTrue, test } from "./harness.js";

const tokens = { current: async () => "t", accountID: null };

/** Puts another `fetch` in the place of the real one while `body` runs. */
async function answering(fetch, body) {
  const real = globalThis.fetch;
  globalThis.fetch = fetch;
  try { await body(); } finally { globalThis.fetch = real; }
}

test("a token is good for its lifetime from when it came, whatever the clock of the device says", () => {
  const encoded = (claims) => `h.${btoa(JSON.stringify(claims)).replaceAll("=", "")}.s`;
  const now = Date.parse("2026-01-01T08:00:00Z"), iat = Date.parse("2026-01-01T00:00:00Z") / 1000;
  equal(endOf(encoded({ sub: "a", iat, exp: iat + 900 }), "2026-01-01T00:15:00Z", now) - now, 900_000);
  equal(endOf("no token", "2026-01-01T00:15:00Z", now), Date.parse("2026-01-01T00:15:00Z"));
});

test("the time is the service's", async () => {
  const service = new Service(tokens);
  isTrue(Math.abs(service.now() - Date.now()) < 1000); // Clock: the same one is read twice
  const date = new Date(Date.now() - 8 * 3_600_000); // Clock: of a service that is eight hours behind
  await answering(async () => new Response(null, { status: 204, headers: { Date: date.toUTCString() } }), () => service.request("GET", "/api/me"));
  isTrue(Math.abs(service.now() - date) < 5_000, "to the second that the field has");
});

test("a request that took too long is no lost connection while the service says other things", async () => {
  const service = new Service(tokens), reached = [];
  service.onReach = (isThere) => reached.push(isThere);
  const slow = (before) => answering(async () => { before(); throw new DOMException("", "TimeoutError"); }, () => service.request("POST", "/api/grants").catch(() => {}));
  await slow(() => {});
  equal(reached, [false]);
  await slow(() => { const end = performance.now(); while (performance.now() === end); service.heard(); });
  equal(reached, [false, true]);
  await answering(async () => { service.heard(); throw new TypeError("network"); }, () => service.request("GET", "/api/me").catch(() => {}));
  equal(reached, [false, true, true, false], "one that broke off is");
});
