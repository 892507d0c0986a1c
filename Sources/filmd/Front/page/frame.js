import { icon, make, refill, written } from "./dom.js";
import { avatarOf } from "../pictures/avatar.js";
import { waitingCounts, waitingWords } from "../outbox/attention.js";
import { text } from "../texts/texts.js";

/** What stands around every view: the bar at the top, the tabs of a phone, the line that says there is no network. */
const bar = document.getElementById("bar"), tabs = document.getElementById("tabs"), connection = document.getElementById("connection");
let drawn = "";

export function drawLabels() {
  document.getElementById("skip").textContent = text("skip");
  tabs.setAttribute("aria-label", text("navigation"));
  drawn = "";
}

export function drawFrame({ signedIn, isAway, view }) {
  connection.hidden = !signedIn || !isAway;
  const waiting = signedIn && waitingCounts(signedIn);
  const me = signedIn?.library.myself ?? null;
  const key = JSON.stringify([document.documentElement.lang, view, waiting, me?.username, me?.avatar?.fileId, isAway]);
  if (key === drawn) return;
  drawn = key;
  refill(connection, icon("away"), text("offline"));
  bar.hidden = tabs.hidden = !signedIn;
  if (!signedIn) return;
  const links = [["movies", "/", "film", text("films")], ["playlists", "/playlists", "list", text("playlists")], ["waiting", "/waiting", "send", text("waitingShort")], ["me", "/me", "person", text("me")]];
  const here = { movie: "movies", playlist: "playlists" }[view] ?? view;
  const link = ([name, href, drawing, words]) => make("a", { href, "aria-current": name === here ? "page" : null, "data-key": `nav-${name}` },
    name === "me" && me ? avatarOf(me, 24) : icon(drawing), make("span", {}, words), name === "waiting" && waiting.sending + waiting.lost > 0 ? badge(waiting) : null);
  refill(bar, make("div", { class: "wide bar-inside" }, make("a", { href: "/", class: "brand", "aria-label": text("appName") }, icon("film"), make("span", {}, text("appName"))),
    make("nav", { class: "bar-links", "aria-label": text("navigation") }, links.map(link)), make("span", { class: "bar-name soft" }, written(me.username))));
  refill(tabs, links.map(link));
}

const badge = (waiting) => make("span", { class: waiting.refused + waiting.lost > 0 ? "count-badge bad" : "count-badge" },
  make("span", { "aria-hidden": "true" }, String(waiting.sending + waiting.lost)), make("span", { class: "unseen" }, waitingWords(waiting)));
