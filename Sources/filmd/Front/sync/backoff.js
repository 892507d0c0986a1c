/**
 * Full jitter: a random wait between nothing and a bound that doubles with each attempt. A thousand pages that lost the same
 * server come back spread over the whole interval, not all at its end.
 *
 * @param attempt 1 for the first wait.
 * @returns milliseconds.
 */
export function fullJitter(attempt, { base = 500, cap = 30_000, random = Math.random } = {}) {
  const bound = Math.min(cap, base * 2 ** Math.min(attempt - 1, 20));
  return Math.floor(random() * bound);
}

/** What a `Retry-After` field says, in milliseconds from now; null where it says nothing usable. */
export function retryAfter(value, now = Date.now()) {
  if (!value) return null;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** Resolves after so many milliseconds, or at once when the signal is aborted. */
export function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => { clearTimeout(timer); signal?.removeEventListener("abort", done); resolve(); };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener("abort", done);
  });
}
