import { make } from "../page/dom.js";
import { clock, text } from "../texts/texts.js";
import { at } from "./webvtt.js";

/**
 * Where in the film one is: a range input, so that keyboard and screen reader work, with marks for chapters and a picture of the place
 * that is pointed at.
 */
export function seekBar({ onSeek }) {
  const input = make("input", { type: "range", class: "seek", min: 0, max: 1, step: 0.1, value: 0, "aria-label": text("position") });
  const marks = make("div", { class: "marks", "aria-hidden": "true" }), time = make("span", { class: "hint-time" }), chapter = make("span", { class: "hint-chapter" });
  const picture = make("span", { class: "hint-picture", hidden: true });
  const hint = make("div", { class: "seek-hint", hidden: true, "aria-hidden": "true" }, picture, chapter, time);
  const node = make("div", { class: "seek-bar" }, marks, input, hint);
  let length = 0, storyboard = [], chapters = [], isHeld = false;

  const describe = (seconds) => input.setAttribute("aria-valuetext", [text("timeOf", { time: clock(seconds), length: clock(length) }), at(chapters, seconds)?.text].filter(Boolean).join(", "));
  const showHint = (seconds, part) => {
    const cue = at(storyboard, seconds);
    picture.hidden = !cue;
    if (cue) {
      Object.assign(picture.style, { width: `${cue.width}px`, height: `${cue.height}px`, backgroundImage: `url("${cue.url.replace(/["\\\n]/g, encodeURIComponent)}")`, backgroundPosition: `-${cue.x}px -${cue.y}px` });
    }
    time.textContent = clock(seconds);
    chapter.textContent = at(chapters, seconds)?.text ?? "";
    hint.hidden = false;
    const half = hint.offsetWidth / 2;
    hint.style.left = `${Math.max(half, Math.min(node.clientWidth - half, part * node.clientWidth))}px`;
  };
  node.addEventListener("pointermove", (event) => {
    const box = input.getBoundingClientRect(), part = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
    if (length > 0) showHint(part * length, part);
  });
  node.addEventListener("pointerleave", () => { hint.hidden = true; });
  input.addEventListener("pointerdown", () => { isHeld = true; });
  input.addEventListener("change", () => { isHeld = false; hint.hidden = true; onSeek(Number(input.value)); });
  input.addEventListener("input", () => {
    const seconds = Number(input.value);
    input.style.setProperty("--part", length ? seconds / length : 0);
    describe(seconds);
    if (isHeld) showHint(seconds, length ? seconds / length : 0); else onSeek(seconds);
  });
  // Five seconds for an arrow, as players do; the browser's own step would be a tenth.
  input.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 5, ArrowUp: 5, ArrowLeft: -5, ArrowDown: -5, PageUp: 30, PageDown: -30 }[event.key];
    if (!step) return;
    event.preventDefault();
    // The next one counts from here, also before the film has got here.
    input.value = Math.max(0, Math.min(length, Number(input.value) + step));
    onSeek(Number(input.value));
  });
  return {
    node,
    set(seconds, duration, buffered) {
      if (duration !== length) { length = duration; input.max = duration; drawMarks(); }
      input.style.setProperty("--buffered", length ? buffered / length : 0);
      if (isHeld) return;
      input.value = seconds;
      input.style.setProperty("--part", length ? seconds / length : 0);
      describe(seconds);
    },
    set storyboard(found) { storyboard = found; },
    set chapters(found) { chapters = found; drawMarks(); },
  };

  function drawMarks() {
    marks.replaceChildren(...chapters.filter(({ start }) => start > 0 && start < length).map(({ start }) => {
      const mark = make("i");
      mark.style.left = `${(start / length) * 100}%`;
      return mark;
    }));
  }
}
