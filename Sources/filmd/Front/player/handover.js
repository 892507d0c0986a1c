/**
 * Gives a film another address while it plays, without a jump: a second <video>, which loads the new address at the place where the
 * first one is, takes over when it has a picture.
 *
 * @param video the one that is seen. @param make makes another <video> with the same tracks. @param address of the film.
 * @returns the one that is seen now.
 */
export async function handOver(video, make, address, { signal } = {}) {
  const next = make(address);
  Object.assign(next, { muted: true, volume: video.volume, playbackRate: video.playbackRate, preload: "auto" });
  next.classList.add("is-coming");
  video.after(next);
  try {
    await event(next, "loadedmetadata", signal);
    next.currentTime = video.currentTime;
    await event(next, "seeked", signal);
    if (!video.paused) {
      // While this one loaded, the other went on; a moment ahead, then it waits for its cue.
      next.currentTime = video.currentTime + 0.3;
      await event(next, "seeked", signal);
      await reached(video, next.currentTime);
      await next.play();
    } else next.currentTime = video.currentTime;
  } catch (error) {
    next.removeAttribute("src");
    next.remove();
    throw error;
  }
  next.muted = video.muted;
  next.classList.remove("is-coming");
  video.pause();
  video.removeAttribute("src");
  video.load(); // gives its connection back
  video.remove();
  return next;
}

const reached = (video, time) => new Promise((resolve) => {
  const look = () => (video.paused || video.ended || video.currentTime >= time ? resolve() : requestAnimationFrame(look));
  if (document.hidden) setTimeout(resolve, Math.max(0, time - video.currentTime) * 1000); else look();
});

export const event = (video, type, signal) => new Promise((resolve, reject) => {
  const limit = AbortSignal.any([AbortSignal.timeout(20_000), ...(signal ? [signal] : [])]);
  const end = () => { video.removeEventListener(type, good); video.removeEventListener("error", bad); limit.removeEventListener("abort", bad); };
  const good = () => { end(); resolve(); }, bad = () => { end(); reject(video.error ?? new DOMException(type, "AbortError")); };
  video.addEventListener(type, good);
  video.addEventListener("error", bad);
  limit.addEventListener("abort", bad);
});
