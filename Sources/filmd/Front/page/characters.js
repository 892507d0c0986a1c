const segmenter = globalThis.Intl?.Segmenter ? new Intl.Segmenter() : null;

/**
 * How many characters a text has, as the service counts and people do: an accent belongs to its letter, and a family of emoji is one.
 *
 * @param enough a text of no more code units needs no counting.
 */
export function characters(text, enough = 0) {
  if (text.length <= enough) return text.length;
  const composed = text.normalize("NFC");
  let count = 0;
  for (const _ of segmenter?.segment(composed) ?? composed) count += 1;
  return count;
}
