import { rememberScroll } from "./scroll.js";

/** Which view an address is. Addresses are paths, so that they can be sent to somebody; filmd answers each with the same page. */
const routes = [
  [/^\/$/, "movies"],
  [/^\/movies\/([0-9a-f-]{36})$/, "movie"],
  [/^\/playlists$/, "playlists"],
  [/^\/playlists\/([0-9a-f-]{36})$/, "playlist"],
  [/^\/shared\/([\w.-]+)$/, "shared"],
  [/^\/waiting$/, "waiting"],
  [/^\/me$/, "me"],
];

export function routeOf(path) {
  for (const [pattern, name] of routes) {
    const found = pattern.exec(path);
    if (found) return { name, id: found[1] ?? null };
  }
  return { name: "unknown", id: null };
}

let onChange = () => {}, path = "", place = 0, isReturning = false;

/** Which of the entries that this tab has made is shown. */
export const placeInHistory = () => place;

/** @param options.staysHere asked when the person goes back or forward: whether something in front of the view had to be left first. */
export function startRouter(listener, { staysHere = () => false } = {}) {
  onChange = listener;
  history.scrollRestoration = "manual";
  path = location.pathname;
  place = history.state?.place ?? 0;
  history.replaceState({ place }, "");
  addEventListener("popstate", ({ state }) => {
    if (isReturning) { isReturning = false; return; }
    // Another place of the same view: nothing to show.
    if (location.pathname === path) { place = state?.place ?? place; return; }
    const there = state?.place ?? 0;
    if (there !== place && staysHere()) {
      isReturning = true;
      return history.go(place - there);
    }
    rememberScroll(place);
    [path, place] = [location.pathname, there];
    onChange(routeOf(path), { isBack: true });
  });
  addEventListener("pagehide", () => rememberScroll(place));
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='/'], a[href^='#']");
    if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || link.target || link.hasAttribute("download")) return;
    event.preventDefault();
    const address = link.getAttribute("href");
    // "Skip to the content": a place of this view, which is no other entry of the history.
    if (address.startsWith("#")) document.getElementById(address.slice(1))?.focus(); else go(address);
  });
}

export function go(next, { replace = false } = {}) {
  if (next === location.pathname && !replace) return;
  rememberScroll(place);
  if (!replace) place += 1;
  history[replace ? "replaceState" : "pushState"]({ place }, "", next);
  path = location.pathname;
  onChange(routeOf(path), { isBack: false });
}
