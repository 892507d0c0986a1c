/** What a person can choose: 10 to 0 by halves, and the rating that is there where it is between two of them, as other clients may give it. */
export function ratingsFor(present = null) {
  const halves = Array.from({ length: 21 }, (_, index) => 10 - index / 2);
  return present === null || halves.includes(present) ? halves : [...halves, present].sort((a, b) => b - a);
}
