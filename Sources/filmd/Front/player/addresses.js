/** However soon addresses end: between two renewals lies this much. */
const least = 5_000;

/**
 * Addresses of a private film end. They are renewed before that, a fifth of their time before or five minutes, which is early enough for a
 * slow network.
 * Values only.
 *
 * @param now by the clock of the service, which says when they end.
 * @returns milliseconds from now until a renewal is due; Infinity for addresses that don't end.
 */
export function renewalDue(expiresAt, now) {
  if (!expiresAt) return Infinity;
  const rest = Date.parse(expiresAt) - now;
  return Math.max(0, rest - Math.min(5 * 60_000, Math.max(10_000, rest / 5)));
}

/** The same where the addresses have just been renewed, `ago` milliseconds before: not at once again, whatever the clocks say. */
export const nextRenewal = (expiresAt, now, ago) => Math.max(renewalDue(expiresAt, now), least - ago);

/** Where to play from: native HLS where the browser has it and sounds or subtitles make it worth it, else ranges of the file. */
export function sourceOf(trailer, canPlayHLS) {
  const isWorthIt = (trailer.audioTracks ?? 1) > 1 || (trailer.subtitles ?? []).length > 0;
  return canPlayHLS && trailer.hlsUrl && isWorthIt ? trailer.hlsUrl : trailer.url;
}
