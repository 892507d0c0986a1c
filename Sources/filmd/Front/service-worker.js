/*
 * Keeps the page's own files, so that it opens without a network, and the posters that were seen. It answers nothing else: no request
 * with a Range, nothing that is not a GET, nothing under /api/. What goes past it goes as if it were not there.
 *
 * `build.js` is written by filmd: `self.build = {version, files: ["/front/<version>/app.js", ...]}`. It is part of this script for the
 * browser, so another build is another worker. That one waits until the person asks for it, and leaves the previous build's files for a
 * day: pages that are still open load their parts from there.
 */
importScripts("/build.js");

const { version, files } = self.build;
const cacheName = `films-build-${version}`, posters = "films-posters", notes = "films-notes";
const day = 24 * 60 * 60 * 1000, mostPosters = 1500;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  if (event.data?.type === "activate") self.skipWaiting();
  if (event.data?.type === "posters") event.waitUntil(Promise.all(event.data.addresses.map((address) => kept(new Request(address)).catch(() => {}))));
});

async function install() {
  const cache = await caches.open(cacheName);
  await cache.addAll(["/", "/manifest.webmanifest", ...files].map((path) => new Request(path, { cache: path.includes(version) ? "default" : "reload" })));
}

async function activate() {
  const store = await caches.open(notes);
  for (const name of await buildCaches()) {
    if (name !== cacheName && !await store.match(`/${name}`)) await store.put(`/${name}`, new Response(String(Date.now())));
  }
  await store.delete(`/${cacheName}`);
  await removeOld();
  // For the very first worker: so that the page that brought it works without a network, too.
  await self.clients.claim();
}

const buildCaches = async () => (await caches.keys()).filter((name) => name.startsWith("films-build-"));

async function removeOld() {
  const store = await caches.open(notes);
  for (const name of await buildCaches()) {
    const retired = await store.match(`/${name}`);
    if (name === cacheName || !retired || Date.now() - Number(await retired.text()) < day) continue;
    await caches.delete(name);
    await store.delete(`/${name}`);
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || request.headers.has("range")) return;
  if (request.mode === "navigate") {
    // Only the page itself: a file or an export that somebody opens is not it.
    if (url.origin === location.origin && !/^\/(api|files|front|media-client\.js|healthz|readyz)(\/|$)/.test(url.pathname)) event.respondWith(shell(event));
    return;
  }
  if (url.origin === location.origin && (url.pathname.startsWith("/front/") || url.pathname === "/manifest.webmanifest")) event.respondWith(file(request));
  else if (request.destination === "image" && /\/files\//.test(url.pathname) && url.searchParams.has("preset")) event.respondWith(poster(event));
});

async function shell(event) {
  event.waitUntil(removeOld());
  return await (await caches.open(cacheName)).match("/") ?? fetch(event.request);
}

/** A page of the previous build finds its files in that build's cache. */
const file = async (request) => await caches.match(request, { ignoreVary: true }) ?? fetch(request);

/**
 * A poster's address names its version, so what was seen once is right for ever. A signed address differs from time to time: its
 * signature is not part of the key.
 */
function poster(event) {
  const answer = kept(event.request);
  event.waitUntil(answer.then(() => {}, () => {}));
  return answer;
}

async function kept(request) {
  const key = new URL(request.url);
  for (const name of ["signature", "expires"]) key.searchParams.delete(name);
  const cache = await caches.open(posters), known = await cache.match(key.href, { ignoreVary: true });
  if (known) return known;
  const response = await fetch(request);
  if (response.status === 200) await keep(cache, key.href, response.clone());
  return response;
}

async function keep(cache, key, response) {
  try {
    await cache.put(key, response);
    const keys = await cache.keys();
    for (const old of keys.slice(0, Math.max(0, keys.length - mostPosters))) await cache.delete(old);
  } catch { /* no room: seen again later, fetched again */ }
}
