/** The service worker, and the button that says a new version is there. */
import { button, make } from "./dom.js";
import { text } from "../texts/texts.js";
import { announce } from "./announcer.js";

const lookEvery = 60 * 60 * 1000;

export async function startServiceWorker() {
  if (!("serviceWorker" in navigator)) return;
  const hadController = navigator.serviceWorker.controller !== null;
  let isAsked = false, isReloading = false;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    // The first worker of this browser took over: nothing has changed for the page. It has not seen the posters that are here already.
    if (!hadController && !isAsked) {
      const addresses = [...document.querySelectorAll(".poster img")].map(({ currentSrc }) => currentSrc).filter(Boolean);
      return navigator.serviceWorker.controller.postMessage({ type: "posters", addresses });
    }
    if (isReloading) return;
    // Another tab asked for the new version: this one may be in the middle of something, and goes on with its own files until asked.
    if (!isAsked) return offer(() => { isReloading = true; location.reload(); });
    isReloading = true;
    location.reload();
  });
  let registration;
  try { registration = await navigator.serviceWorker.register("/service-worker.js", { updateViaCache: "none" }); } catch { return; }
  const consider = (worker) => {
    const ready = () => { if (worker.state === "installed" && navigator.serviceWorker.controller) offer(() => { isAsked = true; worker.postMessage({ type: "activate" }); }); };
    worker.addEventListener("statechange", ready);
    ready();
  };
  if (registration.waiting) consider(registration.waiting);
  registration.addEventListener("updatefound", () => consider(registration.installing));
  const look = () => { if (navigator.onLine) registration.update().catch(() => {}); };
  setInterval(look, lookEvery);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
}

function offer(run) {
  const bar = document.getElementById("new-version");
  bar.replaceChildren(make("span", {}, text("newVersion")), button(text("reload"), run, { class: "button small" }));
  bar.hidden = false;
  announce(text("newVersion"));
}
