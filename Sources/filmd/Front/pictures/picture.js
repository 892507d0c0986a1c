import { make } from "../page/dom.js";
import { Gate } from "./gate.js";
import { decode } from "./thumbhash.js";

const gate = new Gate();
addEventListener("online", () => gate.hurry());

/**
 * A picture of mediad's presets, in a frame whose shape is known before anything is loaded: first its colour and ThumbHash, then the
 * picture that fits the screen. Nothing moves when it arrives.
 *
 * @param picture {renditions: [{url, width, height}], thumbHash, dominantColor, width, height}, or null.
 * @param options.sizes as of <img>. @param options.alt "" where the words beside it say the same.
 */
export function pictureNodes(picture, { sizes, alt = "", isEager = false }) {
  const nodes = [];
  if (picture.thumbHash) nodes.push(placeholder(picture.thumbHash));
  const renditions = picture.renditions ?? [], smallest = renditions[0];
  const image = make("img", {
    alt, decoding: "async", loading: isEager ? "eager" : "lazy", draggable: "false", sizes,
    width: smallest?.width ?? picture.width, height: smallest?.height ?? picture.height,
  });
  gate.load(image, {
    srcset: renditions.map(({ url, width }) => `${url} ${width}w`).join(", ") || null,
    src: renditions.find(({ width }) => width >= 300)?.url ?? smallest?.url ?? picture.url,
  });
  const show = () => image.classList.add("is-there");
  if (image.complete && image.naturalWidth > 0) show();
  image.addEventListener("load", show);
  nodes.push(image);
  return nodes;
}

/**
 * Drawn on a canvas: a `data:` address would need a wider Content-Security-Policy. In plain memory: a surface of the graphics processor
 * for each of its few pixels costs more than all else of a card.
 */
export function placeholder(hash) {
  const canvas = make("canvas", { class: "placeholder", "aria-hidden": "true" });
  try {
    const { width, height, rgba } = decode(hash);
    Object.assign(canvas, { width, height });
    canvas.getContext("2d", { willReadFrequently: true }).putImageData(new ImageData(rgba, width, height), 0, 0);
  } catch { /* not a hash: the colour must do */ }
  return canvas;
}

/** A picture of a file that is still on this device; false where the browser cannot show it (HEIC in most). For a canvas, as no `blob:` is allowed. */
export async function drawFile(canvas, file, longestSide = 500) {
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
    Object.assign(canvas, { width: Math.round(bitmap.width * scale), height: Math.round(bitmap.height * scale) });
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    return true;
  } catch { return false; }
}
