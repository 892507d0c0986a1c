import { note } from "./page/announcer.js";
import { startServiceWorker } from "./page/background.js";
import { drawFrame, drawLabels } from "./page/frame.js";
import { go, placeInHistory, routeOf, startRouter } from "./page/router.js";
import { ask, closeDialogs, leaveDialog, watchEscape } from "./page/dialog.js";
import { fieldName } from "./page/problem-words.js";
import { isReload, restoreScroll, scrollToTop } from "./page/scroll.js";
import { Service } from "./service/service.js";
import { Tokens } from "./service/tokens.js";
import { forgetDrafts } from "./storage/drafts.js";
import { list, preferred, speak, text } from "./texts/texts.js";
import { listView } from "./movies/list.js";

/** Puts the page together: who is signed in, which view is shown, what happens between them. */

const views = {
  unknown: async () => (await import("./page/not-found.js")).notFoundView,
  movies: async () => listView,
  movie: async () => (await import("./movies/page.js")).movieView,
  playlists: async () => (await import("./playlists/list.js")).playlistsView,
  playlist: async () => (await import("./playlists/page.js")).playlistView,
  shared: async () => (await import("./playlists/shared.js")).sharedView,
  waiting: async () => (await import("./outbox/page.js")).waitingView,
  me: async () => (await import("./accounts/page.js")).meView,
  signIn: async () => (await import("./accounts/sign-in.js")).signInView,
};

const main = document.getElementById("main");
const tokens = new Tokens(), service = new Service(tokens);
let signedIn = null, view = null, turn = 0, isReachable = true, isSigningIn = false;

/** Who was signed in here last. No secret: their name, and which database is theirs. */
const remembered = {
  get account() { try { return JSON.parse(localStorage.getItem("account")); } catch { return null; } },
  set account(value) { if (value) localStorage.setItem("account", JSON.stringify(value)); else localStorage.removeItem("account"); },
};

async function start() {
  await speak(preferred());
  drawLabels();
  startRouter((route, how) => show(route, how), { staysHere: leaveDialog });
  watchEscape();
  service.onReach = (isThere) => { if (isThere !== isReachable) { isReachable = isThere; drawChrome(); } };
  for (const type of ["online", "offline"]) addEventListener(type, drawChrome);
  tokens.onSignedOut = () => sessionEnded();
  // Another tab signed in, perhaps as somebody else: this one becomes theirs, too.
  tokens.onAccount = (id) => {
    const { account } = remembered;
    if (isSigningIn || account?.id !== id || !account.isSignedIn) return;
    if (signedIn ? signedIn.account.id !== id : view) location.reload();
  };
  addEventListener("online", endLater);
  endLater();
  const { account } = remembered;
  if (account && await mayEnter(account)) await enter(account);
  await show(routeOf(location.pathname), { isFirst: true });
  startServiceWorker();
}

/** Without a network the account of last time is shown what is on its device; with one, only while it is signed in. */
async function mayEnter(account) {
  if (!account.isSignedIn) return false;
  // Not awaited: the list on the device is there before the service has answered.
  tokens.current().catch(() => {});
  return true;
}

async function enter(account) {
  const [{ SignedIn }, { Teller }] = await Promise.all([import("./accounts/signed-in.js"), import("./outbox/tell.js")]);
  service.accountID = account.id;
  signedIn = await SignedIn.open(account, service);
  signedIn.onConnection = drawChrome;
  signedIn.onProgress = () => view?.onProgress?.();
  signedIn.onOverwritten = ({ id, overwrote }) => note(text("overwrote", overwrittenNames(overwrote)), { action: { label: text("look"), run: () => go(`/movies/${id}`) }, dismiss: text("close") });
  const teller = new Teller(signedIn);
  signedIn.library.listen(() => { view?.update(); teller.update(location.pathname); drawChrome(); followPreferences(); });
  signedIn.start();
}

const overwrittenNames = (overwrote) => ({
  field: list([...new Set(overwrote.map(({ field }) => fieldName(field)))]), name: list([...new Set(overwrote.map(({ by }) => by?.username ?? text("somebody")))]),
});

/** @param session the service's answer: {accessToken, expiresAt}. */
async function signInWith(session) {
  isSigningIn = true;
  try { await enterWith(session); } finally { isSigningIn = false; }
}

async function enterWith(session) {
  service.accountID = null;
  tokens.hasSessionToEnd = false;
  tokens.take(session);
  const account = await service.ask("GET", "/api/me");
  const before = remembered.account;
  if (before && before.id !== account.id) await leaveBehind(before);
  remembered.account = { ...pick(account), isSignedIn: true };
  tokens.take(session); // the other tabs now know whose it is
  await signedIn?.close();
  await enter(remembered.account);
  await signedIn.library.learn("account", account);
  await show(routeOf(location.pathname), {});
}

const pick = ({ id, username, role, preferences, avatar }) => ({ id, username, role, preferences, avatar });

/** Somebody else signs in on this device: what waits of the one before stays theirs, and is sent when they sign in again. */
async function leaveBehind(account) {
  const entries = await waitingOf(account);
  if (entries > 0) note(text("othersWaiting", { count: entries, name: account.username }), { dismiss: text("close") });
}

async function waitingOf(account) {
  const { openDatabase, settled, inTransaction } = await import("./storage/database.js");
  const database = await openDatabase(account.id);
  try { return await inTransaction(database, ["outbox"], "readonly", (store) => settled(store.count())); } finally { database.close(); }
}

/** The session ended: it was revoked, or the cookie is gone. Nothing on the device is lost; the same person signs in again. */
async function sessionEnded() {
  if (!signedIn) return;
  signedIn.close();
  if (remembered.account?.id === signedIn.account.id) remembered.account = { ...remembered.account, isSignedIn: false };
  signedIn = null;
  closeDialogs();
  await show(routeOf(location.pathname), {});
}

async function signOut({ isGone = false } = {}) {
  const { outbox } = signedIn;
  if (outbox.entries.length > 0 && !isGone) {
    const choice = await ask(text("signOutTitle"), text("signOutWaiting", { count: outbox.entries.length }), [
      { value: null, label: text("stay") }, { value: "keep", label: text("signOutKeep") }, { value: "discard", label: text("signOutDiscard"), isDanger: true }]);
    if (choice === null) return;
    if (choice === "keep") { await endSession(); return sessionEnded(); }
  }
  const leaving = signedIn;
  signedIn = null;
  if (isGone) tokens.forget(); else await endSession();
  await leaving.leave();
  forgetDrafts(leaving.account.id);
  remembered.account = null;
  go("/", { replace: true });
}

async function endSession() {
  try { await service.ask("DELETE", "/api/session"); } catch (problem) {
    if (problem.status === 0 || problem.status >= 500) { tokens.hasSessionToEnd = true; note(text("signOutLater"), { isError: true }); }
  }
  const before = tokens.onSignedOut;
  tokens.onSignedOut = () => {};
  tokens.forget();
  tokens.onSignedOut = before;
}

/** Somebody signed out without a network: the cookie is still in this browser, and good. It goes as soon as the service is reached. */
let ending = null;
function endLater() {
  if (!tokens.hasSessionToEnd) return null;
  ending ??= service.request("DELETE", "/api/session", { isPublic: true })
    .then(({ status }) => { if (status < 500) tokens.hasSessionToEnd = false; }, () => {}).finally(() => { ending = null; });
  return ending;
}

/** @param how.isBack the person was there before. @param how.isSame the view is there already, and made anew. */
async function show(route, { isBack = false, isFirst = false, isSame = false }) {
  const mine = (turn += 1);
  const name = !signedIn && route.name !== "shared" ? "signIn" : route.name;
  let make;
  try { make = await views[name](); } catch {
    // The part of the page is neither on this device nor to be had: a deploy long ago, or no network on the first visit.
    return note(text("partMissing"), { action: { label: text("reload"), run: () => location.reload() }, isError: true });
  }
  if (mine !== turn) return;
  const focused = isSame ? document.activeElement?.closest("[data-key]")?.dataset.key : null;
  view?.close?.();
  const before = remembered.account;
  const waiting = name === "signIn" && before ? { username: before.username, count: await waitingOf(before).catch(() => 0) } : null;
  if (mine !== turn) return;
  view = make({ signedIn, service, id: route.id, waiting, onSignedIn: signInWith, beforeSignIn: endLater, changeLanguage, changeTheme, signOut });
  main.replaceChildren(view.node);
  document.body.dataset.view = name;
  view.update();
  if (isBack || isFirst && isReload()) restoreScroll(placeInHistory(), view.node); else if (!isSame) scrollToTop();
  drawChrome();
  if (name === "signIn") main.querySelector("[data-first]")?.focus();
  else if (!isFirst) giveFocus(focused, isBack);
}

/** To what had it before the view was made anew, to what the person came back from, or to the title, so that a screen reader says where one is. */
function giveFocus(key, isBack) {
  const same = key && main.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (same) return same.focus({ preventScroll: true });
  if (isBack && view.comeBack?.()) return;
  main.querySelector("h1")?.focus({ preventScroll: true });
}

function drawChrome() {
  document.title = view?.title && view.title !== text("appName") ? `${view.title} · ${text("appName")}` : text("appName");
  drawFrame({ signedIn, isAway: !navigator.onLine || !isReachable, view: document.body.dataset.view });
}

/** What another device chose. */
function followPreferences() {
  const preferences = signedIn?.library.myself.preferences;
  if (!preferences) return;
  if (preferences.theme) changeTheme(preferences.theme);
  if (preferences.language && preferences.language !== document.documentElement.lang) changeLanguage(preferences.language);
  const { me } = signedIn.library;
  const known = JSON.stringify(pick(me));
  if (known !== followPreferences.known) { followPreferences.known = known; remembered.account = { ...pick(me), isSignedIn: true }; }
}

async function changeLanguage(next) {
  if (next === document.documentElement.lang) return;
  await speak(next);
  drawLabels();
  await show(routeOf(location.pathname), { isSame: true });
}

function changeTheme(theme) {
  if (localStorage.getItem("theme") === theme) return;
  localStorage.setItem("theme", theme);
  if (theme === "system") delete document.documentElement.dataset.theme; else document.documentElement.dataset.theme = theme;
}

start().catch((error) => {
  // Such as a browser that keeps nothing (some private windows): better said than a white page.
  console.error(error);
  main.replaceChildren(Object.assign(document.createElement("p"), { className: "empty", textContent: text("cannotStart") }));
});
