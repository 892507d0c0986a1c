/**
 * What a message of the stream means for a follower, as a value: no socket, no clock. The forms are those of docs/films-api.yaml
 * ("Sync"), which are those of mediad's feed.
 *
 * @returns one of
 *   {kind: "changes", changes, cursor}: fold them, then remember the cursor;
 *   {kind: "progress", cursor}: nothing for us up to there;
 *   {kind: "resync"}: the cursor is of no use any more; take a snapshot;
 *   {kind: "token"}: the access token ends; send another one;
 *   {kind: "close", after}: connect again, not before so many milliseconds;
 *   {kind: "nothing"}.
 */
export function meaning(message) {
  switch (message?.type) {
    case "event": return { kind: "changes", changes: [message.event], cursor: message.event.cursor };
    case "subscribed":
    case "heartbeat": return message.cursor ? { kind: "progress", cursor: message.cursor } : { kind: "nothing" };
    case "resync": return { kind: "resync" };
    case "error": return errorMeaning(message);
    default: return { kind: "nothing" }; // of a newer service than this page
  }
}

function errorMeaning({ code, retryAfterSeconds }) {
  if (code === "cursor_expired") return { kind: "resync" };
  if (code === "token_expired" || code === "unauthenticated") return { kind: "token" };
  return { kind: "close", after: (retryAfterSeconds ?? 0) * 1000 };
}

/** The same for a response of `GET /api/changes`. */
export function pageMeaning(status, body) {
  if (status === 200) return { kind: "changes", changes: body.changes, cursor: body.cursor, hasMore: body.hasMore };
  if (status === 410) return { kind: "resync" };
  if (status === 401) return { kind: "token" };
  return { kind: "close", after: 0 };
}

/** The text of a cursor is `epoch.position`. Whether `a` is behind `b` in one history; false across histories. */
export function isBehind(a, b) {
  const [epochA, positionA] = (a ?? "").split("."), [epochB, positionB] = (b ?? "").split(".");
  return epochA === epochB && Number(positionA) < Number(positionB);
}
