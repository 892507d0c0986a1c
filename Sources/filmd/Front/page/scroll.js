/**
 * How far each entry of the history was scrolled, so that Back and a reload find it again. The browser's own way comes too early: what a
 * view shows is there a moment later.
 */
const name = "scroll", patience = 3_000;

const read = () => { try { return JSON.parse(sessionStorage.getItem(name)) ?? {}; } catch { return {}; } };

export function rememberScroll(place) {
  const all = read();
  all[place] = Math.round(scrollY);
  try { sessionStorage.setItem(name, JSON.stringify(all)); } catch { /* nothing is kept here: the top, then */ }
}

let end = () => {};

/** Scrolls to where the entry was left, as soon as the view is long enough, unless the person moves first. @param node the view's. */
export function restoreScroll(place, node) {
  end();
  const goal = read()[place] ?? 0, stop = new AbortController();
  const scroll = () => scrollTo({ top: goal, behavior: "instant" });
  scroll();
  if (goal === 0) return;
  const observer = new ResizeObserver(scroll), timer = setTimeout(() => end(), patience);
  end = () => { stop.abort(); observer.disconnect(); clearTimeout(timer); end = () => {}; };
  for (const type of ["wheel", "touchstart", "pointerdown", "keydown"]) addEventListener(type, () => end(), { signal: stop.signal, passive: true });
  observer.observe(node);
}

/** A view that is new begins at its top. */
export function scrollToTop() {
  end();
  scrollTo(0, 0);
}

/** Whether this page was loaded again, or by Back from another site: then it goes on where it was. */
export const isReload = () => ["reload", "back_forward"].includes(performance.getEntriesByType("navigation")[0]?.type);
