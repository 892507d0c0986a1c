import { button, iconButton, icon, make } from "../page/dom.js";
import { announce } from "../page/announcer.js";
import { commands } from "../outbox/commands.js";
import { deviceName } from "../movies/device.js";
import { fullJitter } from "../sync/backoff.js";
import { clock, text } from "../texts/texts.js";
import { nextRenewal, renewalDue, sourceOf } from "./addresses.js";
import { event, handOver } from "./handover.js";
import { seekBar } from "./seek-bar.js";
import { at, cues, pictures } from "./webvtt.js";

/** A place is told to the service this often while a film plays, and whenever it stops. */
const tellEvery = 10_000;
/** Past this part a film counts as watched. */
const watchedPart = 0.92;
/** A film that broke off is asked for again so often: ten minutes, with the pauses in between. */
const mostRescues = 24;

/** The trailer of a film, with the place where it was left on any device. */
export function showPlayer({ signedIn, movie, history }) {
  let trailer = movie.trailer, video, isStarted = false, isClosed = false, renewal, told = 0, toldPlace = null, chapters = [], hasReachedEnd = false, lost = null, isRescuing = false, isRenewing = false, renewedAt = -Infinity;
  const { service } = signedIn;
  const due = () => nextRenewal(trailer.expiresAt, service.now(), performance.now() - renewedAt);
  const freshTrailer = async () => {
    const fresh = await service.ask("GET", `/api/movies/${encodeURIComponent(movie.id)}/trailer`, { signal: stop.signal });
    renewedAt = performance.now();
    return fresh;
  };
  const stop = new AbortController();
  // In a film's record the addresses of a private trailer have ended already: nothing is loaded by them, new ones are asked for at once.
  const hasEnded = renewalDue(trailer.expiresAt, service.now()) === 0;
  if (hasEnded) trailer = { ...trailer, url: null, hlsUrl: null, storyboardUrl: null, chaptersUrl: null, poster: null };
  const resumeAt = history && !isEnd(history.positionSeconds, history.durationSeconds) ? history.positionSeconds : 0;

  const makeVideo = (address) => {
    const element = make("video", { src: address, playsinline: true, preload: "metadata", "aria-label": text("trailerNamed", { title: movie.title }) },
      (trailer.subtitles ?? []).map(({ url, language, label }, index) => make("track", { kind: "subtitles", src: url, srclang: language, label: label ?? language, "data-index": index })));
    if (trailer.poster?.url) element.setAttribute("poster", trailer.poster.url);
    for (const [type, listener] of Object.entries(listeners)) element.addEventListener(type, (event_) => { if (element === video) listener(event_); });
    return element;
  };
  const bar = seekBar({ onSeek: (seconds) => { start(); video.currentTime = seconds; } });
  const play = iconButton("play", text("play"), () => toggle(), { class: "icon-button play" });
  const time = make("span", { class: "time" }), chapterName = make("span", { class: "chapter-name" });
  const mute = iconButton("sound", text("mute"), () => { video.muted = !video.muted; });
  const volume = make("input", { type: "range", class: "volume", min: 0, max: 1, step: 0.05, value: 1, "aria-label": text("volume"), oninput: (event_) => { video.volume = Number(event_.target.value); video.muted = false; } });
  const captions = iconButton("captions", text("subtitles"), () => nextTrack(), { hidden: (trailer.subtitles ?? []).length === 0, "aria-pressed": "false" });
  const speed = make("select", { class: "speed", "aria-label": text("speed"), onchange: () => { video.playbackRate = Number(speed.value); } }, [0.5, 0.75, 1, 1.25, 1.5, 2].map((value) => make("option", { value, selected: value === 1 }, `${value}×`)));
  const full = iconButton("full", text("fullScreen"), () => (document.fullscreenElement ? document.exitFullscreen() : (stage.requestFullscreen?.() ?? video.webkitEnterFullscreen?.())));
  const big = make("button", { type: "button", class: "big-play", onclick: () => toggle(), "aria-label": text("ofThing", { action: text("play"), thing: text("trailerNamed", { title: movie.title }) }) }, icon("play"));
  const resume = resumeAt > 5 ? button(text("resumeAt", { time: clock(resumeAt) }), () => { start(); play.focus({ preventScroll: true }); resume.remove(); video.play(); }, { class: "button primary resume" }, icon("play")) : null;
  const problem = make("p", { class: "problem", role: "alert", hidden: true });
  const chapterList = make("details", { class: "chapters", hidden: true }, make("summary", {}, text("chapters")));
  const controls = make("div", { class: "controls" }, bar.node, make("div", { class: "control-row" }, play, mute, volume, time, chapterName, captions, speed, full));
  const stage = make("div", { class: "stage" }, big, resume, controls);
  const node = make("div", { class: "player" }, stage, problem, chapterList);
  if (trailer.width && trailer.height) {
    stage.style.aspectRatio = `${trailer.width} / ${trailer.height}`;
    stage.style.setProperty("--ratio", trailer.width / trailer.height);
  }

  const listeners = {
    timeupdate: () => { draw(); if (!video.paused && Date.now() - told > tellEvery) tell(); },
    progress: () => draw(), durationchange: () => draw(),
    play: () => { drawState(); resume?.remove(); if (due() === 0) renew(); },
    pause: () => { drawState(); tell(); },
    ended: () => { hasReachedEnd = true; drawState(); tell(); },
    volumechange: () => { volume.value = video.muted ? 0 : video.volume; mute.replaceChildren(icon(video.muted || video.volume === 0 ? "muted" : "sound")); mute.setAttribute("aria-pressed", String(video.muted)); },
    error: () => rescue(),
    playing: () => { lost = null; problem.hidden = true; },
  };
  const canPlayHLS = document.createElement("video").canPlayType("application/vnd.apple.mpegurl") !== "" && /^((?!chrome|android).)*safari/i.test(navigator.userAgent);
  const address = () => sourceOf(trailer, canPlayHLS);
  video = makeVideo(address());
  stage.prepend(video);

  /** The place where it was left, once, and not before the person plays or seeks. */
  function start() {
    if (isStarted) return;
    isStarted = true;
    if (resumeAt > 0) { if (video.readyState > 0) video.currentTime = resumeAt; else video.addEventListener("loadedmetadata", () => { video.currentTime = resumeAt; }, { once: true }); }
  }
  function toggle() {
    start();
    if (lost) { lost.wasPlaying = true; return rescue(); }
    if (!video.currentSrc) return renew();
    if (video.paused) video.play().catch(() => {}); else video.pause();
  }
  function draw() {
    const length = Number.isFinite(video.duration) ? video.duration : trailer.durationSeconds ?? 0, now = video.currentTime, { buffered } = video;
    let end = 0;
    for (let index = 0; index < buffered.length; index += 1) if (buffered.start(index) <= now) end = Math.max(end, buffered.end(index));
    bar.set(!isStarted && resumeAt > 0 && now === 0 ? resumeAt : now, length, end);
    time.textContent = `${clock(now)} / ${clock(length)}`;
    chapterName.textContent = at(chapters, now)?.text ?? "";
    if (!video.paused && length > 0 && now / length > watchedPart) hasReachedEnd = true;
  }
  function drawState() {
    const words = text(video.paused ? "play" : "pause");
    play.replaceChildren(icon(video.paused ? "play" : "pause"));
    play.setAttribute("aria-label", words);
    play.title = words;
    stage.classList.toggle("is-playing", !video.paused);
    const hadFocus = document.activeElement === big;
    big.hidden = !video.paused || isStarted;
    if (hadFocus && big.hidden) play.focus({ preventScroll: true });
  }
  function tell() {
    if (!isStarted || isClosed && video.currentTime === 0) return;
    // A page that was left open tells its place once: by now another device may have gone on from there.
    if (video.currentTime === toldPlace && !hasReachedEnd) return;
    [told, toldPlace] = [Date.now(), video.currentTime];
    // The end marks the film once; whoever takes the mark off afterwards is not overruled by the next place.
    const watched = hasReachedEnd || (signedIn.library.view.history.get(movie.id)?.watched ?? false);
    hasReachedEnd = false;
    signedIn.do(commands.putHistory(movie.id, { positionSeconds: Math.round(video.currentTime * 10) / 10, durationSeconds: Number.isFinite(video.duration) ? Math.round(video.duration * 10) / 10 : null, watched, device: deviceName() }));
  }
  function nextTrack() {
    const tracks = [...video.textTracks], shown = tracks.findIndex(({ mode }) => mode === "showing");
    const next = shown + 1 < tracks.length ? shown + 1 : -1;
    tracks.forEach((track, index) => { track.mode = index === next ? "showing" : "disabled"; });
    captions.setAttribute("aria-pressed", String(next >= 0));
    announce(next >= 0 ? text("subtitlesIn", { language: tracks[next].label }) : text("subtitlesOff"));
  }

  /** New addresses before the old ones end: while it plays another <video> takes over, else nobody sees the change. */
  async function renew() {
    if (isRenewing) return;
    isRenewing = true;
    clearTimeout(renewal);
    try {
      trailer = await freshTrailer();
      const shown = [...video.textTracks].findIndex(({ mode }) => mode === "showing"), hadStarted = video.readyState > 0;
      if (isClosed) return;
      if (hadStarted) video = await handOver(video, (next) => makeVideo(next), address(), { signal: stop.signal });
      else begin();
      problem.hidden = true;
      if (shown >= 0 && video.textTracks[shown]) video.textTracks[shown].mode = "showing";
      drawState();
      loadTracks();
      plan();
    } catch {
      if (isClosed) return;
      if (isStarted && !video.currentSrc) { problem.textContent = text(navigator.onLine ? "cannotPlay" : "playOffline"); problem.hidden = false; }
      renewal = setTimeout(renew, 10_000);
    } finally { isRenewing = false; }
  }
  /** Nothing was loaded yet: another <video> with the new addresses, poster and subtitles included. */
  function begin() {
    const next = makeVideo(address());
    if (isStarted && resumeAt > 0) next.addEventListener("loadedmetadata", () => { next.currentTime = resumeAt; }, { once: true });
    video.replaceWith(next);
    video = next;
    if (isStarted) video.play().catch(() => {});
  }
  function plan() {
    clearTimeout(renewal);
    const wait = due();
    // A film that stands still is given its new address when it is played.
    if (wait < 2 ** 31) renewal = setTimeout(() => { if (!video.paused) renew(); }, wait);
  }
  /** An address that ended all the same, a network that broke, mediad away: anew at the same place, until it plays; the person is told meanwhile. */
  async function rescue() {
    lost ??= { place: video.currentTime || (isStarted ? 0 : resumeAt), wasPlaying: isStarted && !video.paused, attempts: 0 };
    if (isRescuing) return;
    isRescuing = true;
    const mine = lost;
    clearTimeout(renewal);
    try {
      trailer = await freshTrailer();
      video.src = address();
      await event(video, "loadedmetadata", stop.signal);
      if (mine.place > 0 && isStarted) video.currentTime = mine.place;
      if (mine.wasPlaying) await video.play();
      lost = null;
      problem.hidden = true;
      plan();
    } catch {
      if (isClosed) return;
      problem.textContent = text(navigator.onLine ? "cannotPlay" : "playOffline");
      problem.hidden = false;
      mine.attempts += 1;
      if (mine.attempts < mostRescues) renewal = setTimeout(rescue, fullJitter(mine.attempts, { base: 1_000, cap: 60_000 }));
    } finally { isRescuing = false; }
  }
  async function loadTracks() {
    const get = async (url) => { try { const response = await fetch(url, { signal: stop.signal }); return response.ok ? { source: await response.text(), url: new URL(url, location.href).href } : null; } catch { return null; } };
    if (trailer.storyboardUrl) get(trailer.storyboardUrl).then((track) => { if (track) bar.storyboard = pictures(track.source, track.url); });
    if (trailer.chaptersUrl) get(trailer.chaptersUrl).then((track) => { if (track) showChapters(cues(track.source)); });
  }
  function showChapters(found) {
    chapters = found;
    bar.chapters = found;
    chapterList.hidden = found.length === 0;
    chapterList.replaceChildren(chapterList.firstElementChild, make("ol", {}, found.map(({ start: begin, text: name }) =>
      make("li", {}, button(name, () => { start(); video.currentTime = begin; video.play().catch(() => {}); }, { class: "link" }), make("span", { class: "soft" }, clock(begin))))));
  }

  stage.addEventListener("click", (event_) => { if (event_.target === video) toggle(); });
  stage.addEventListener("keydown", (event_) => {
    if (event_.target.closest("input, select, textarea, button") && event_.key === " " || event_.ctrlKey || event_.metaKey || event_.altKey) return;
    const act = { " ": toggle, k: toggle, f: () => full.click(), m: () => mute.click(), c: () => captions.click() }[event_.key];
    if (act && !event_.target.closest("select")) { event_.preventDefault(); act(); }
  });
  addEventListener("pagehide", () => tell(), { signal: stop.signal });
  // Storyboard and chapters are asked for when the player comes onto the screen, not for every film that is opened.
  new IntersectionObserver((entries, observer) => { if (entries.some(({ isIntersecting }) => isIntersecting)) { observer.disconnect(); loadTracks(); } }).observe(node);
  draw();
  drawState();
  if (hasEnded) renew(); else plan();
  return {
    node,
    close() {
      if (!video.paused) tell();
      isClosed = true;
      stop.abort();
      clearTimeout(renewal);
      video.pause();
      video.removeAttribute("src");
      video.load();
    },
  };
}

const isEnd = (position, length) => Boolean(length) && position / length > watchedPart;
