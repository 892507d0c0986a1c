/** The cues of a WebVTT text (https://www.w3.org/TR/webvtt1/), as far as storyboards and chapters need them: [{start, end, text}]. */
export function cues(source) {
  const found = [];
  for (const block of source.replace(/\r\n?/g, "\n").split(/\n{2,}/)) {
    const lines = block.split("\n"), index = lines.findIndex((line) => line.includes("-->"));
    if (index < 0) continue;
    const times = /^\s*([\d:.]+)\s+-->\s+([\d:.]+)/.exec(lines[index]);
    const start = seconds(times?.[1]), end = seconds(times?.[2]);
    if (start !== null && end !== null && end > start) found.push({ start, end, text: lines.slice(index + 1).join("\n").trim() });
  }
  return found;
}

function seconds(text) {
  const parts = /^(?:(\d+):)?(\d{2}):(\d{2}\.\d{3})$/.exec(text ?? "");
  return parts ? Number(parts[1] ?? 0) * 3600 + Number(parts[2]) * 60 + Number(parts[3]) : null;
}

/** The cues of a storyboard: [{start, end, url, x, y, width, height}]. @param base the track's own address. */
export function pictures(source, base) {
  return cues(source).flatMap(({ start, end, text }) => {
    const place = /#xywh=(\d+),(\d+),(\d+),(\d+)$/.exec(text);
    if (!place) return [];
    const [x, y, width, height] = place.slice(1).map(Number);
    return [{ start, end, url: new URL(text.slice(0, place.index), base).href, x, y, width, height }];
  });
}

/** The cue at a time, or undefined; cues are in order. */
export const at = (list, time) => list.findLast(({ start }) => start <= time);
