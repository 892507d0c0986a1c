/**
 * Decodes a ThumbHash (https://evanw.github.io/thumbhash/): the lowest frequencies of a picture in about 20 bytes.
 *
 * The bytes, bits from the low end: luminance 6, yellow-blue 6, red-green 6, scale of luminance 5, alpha 1; number of terms of the
 * shorter side 3, scales of the two colours 6 each, landscape 1; with alpha its value 4 and scale 4; then 4 bits for each varying term of
 * a discrete cosine transform, of which only the triangle of low frequencies is there.
 */

const bytesOf = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** The picture's width by its height, as far as the hash knows it. */
export function ratioOf(hash) {
  const { across, down } = headOf(bytesOf(hash));
  return across / down;
}

function headOf(bytes) {
  const first = bytes[0] | bytes[1] << 8 | bytes[2] << 16, second = bytes[3] | bytes[4] << 8;
  const hasAlpha = first >> 23 === 1, isLandscape = second >> 15 === 1, longer = hasAlpha ? 5 : 7;
  return {
    hasAlpha, luminance: (first & 63) / 63, yellowBlue: (first >> 6 & 63) / 31.5 - 1, redGreen: (first >> 12 & 63) / 31.5 - 1,
    scale: (first >> 18 & 31) / 31, yellowBlueScale: (second >> 3 & 63) / 63, redGreenScale: (second >> 9 & 63) / 63,
    across: isLandscape ? longer : second & 7, down: isLandscape ? second & 7 : longer,
  };
}

/** @returns {{width, height, rgba}} at most 32 pixels a side. */
export function decode(hash) {
  const bytes = bytesOf(hash), head = headOf(bytes);
  let next = head.hasAlpha ? 12 : 10; // in halves of bytes
  const terms = (across, down, scale) => {
    const found = [];
    for (let y = 0; y < down; y += 1) {
      for (let x = y ? 0 : 1; x * down < across * (down - y); x += 1) {
        found.push({ x, y, weight: ((bytes[next >> 1] >> (next & 1) * 4 & 15) / 7.5 - 1) * scale });
        next += 1;
      }
    }
    return found;
  };
  const luminance = terms(Math.max(3, head.across), Math.max(3, head.down), head.scale);
  // The colours' scales are a quarter larger: quantising made them paler.
  const yellowBlue = terms(3, 3, head.yellowBlueScale * 1.25), redGreen = terms(3, 3, head.redGreenScale * 1.25);
  const alpha = head.hasAlpha ? terms(5, 5, (bytes[5] >> 4) / 15) : [];
  const ratio = head.across / head.down;
  const width = Math.round(ratio > 1 ? 32 : 32 * ratio), height = Math.round(ratio > 1 ? 32 / ratio : 32);
  const rgba = new Uint8ClampedArray(width * height * 4);
  const across = waves(width), down = waves(height);
  const planes = [[head.luminance, luminance], [head.yellowBlue, yellowBlue], [head.redGreen, redGreen], ...(head.hasAlpha ? [[(bytes[5] & 15) / 15, alpha]] : [])];
  for (let y = 0; y < height; y += 1) {
    // For one row the terms of each frequency across add up to one.
    const rows = planes.map(([constant, varying]) => {
      const sums = new Float32Array(8);
      sums[0] = constant;
      for (const { x, y: frequency, weight } of varying) sums[x] += 2 * weight * down[frequency][y];
      return sums;
    });
    for (let x = 0; x < width; x += 1) {
      const l = sum(rows[0], across, x), p = sum(rows[1], across, x), q = sum(rows[2], across, x), a = rows[3] ? sum(rows[3], across, x) : 1;
      const blue = l - 2 / 3 * p, red = (3 * l - blue + q) / 2, green = red - q, place = (y * width + x) * 4;
      rgba[place] = 255 * red;
      rgba[place + 1] = 255 * green;
      rgba[place + 2] = 255 * blue;
      rgba[place + 3] = 255 * a;
    }
  }
  return { width, height, rgba };
}

function sum(row, across, x) {
  let value = 0;
  for (let frequency = 0; frequency < 8; frequency += 1) value += row[frequency] * across[frequency][x];
  return value;
}

/** The cosines of each frequency that a hash can have, at the middle of each pixel. */
function waves(length) {
  if (!known.has(length)) known.set(length, Array.from({ length: 8 }, (_, frequency) => Float32Array.from({ length }, (__, place) => Math.cos(Math.PI / length * (place + 0.5) * frequency))));
  return known.get(length);
}

const known = new Map();
