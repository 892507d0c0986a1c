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

let onChange = () => {};

export function startRouter(listener) {
  onChange = listener;
  history.scrollRestoration = "manual";
  addEventListener("popstate", () => onChange(routeOf(location.pathname), { isBack: true }));
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='/']");
    if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || link.target || link.hasAttribute("download")) return;
    event.preventDefault();
    go(link.getAttribute("href"));
  });
}

export function go(path, { replace = false } = {}) {
  if (path === location.pathname && !replace) return;
  history[replace ? "replaceState" : "pushState"](null, "", path);
  onChange(routeOf(location.pathname), { isBack: false });
}
