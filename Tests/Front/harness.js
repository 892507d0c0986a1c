/** Runs tests in node and in a browser alike: no framework, as the code under test has none. */
const tests = [];

export const test = (name, body) => tests.push({ name, body });

export function equal(found, expected, what = "") {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what} found ${a}, expected ${b}`);
}

export function isTrue(value, what = "") {
  if (!value) throw new Error(`not so: ${what}`);
}

/** Prints a line for each test, in the form of TAP. @returns how many failed. */
export async function run(print) {
  let failures = 0, number = 0;
  for (const { name, body } of tests) {
    number += 1;
    try { await body(); print(`ok ${number} - ${name}`); } catch (error) {
      failures += 1;
      print(`not ok ${number} - ${name}\n# ${error.stack}`);
    }
  }
  print(`1..${number}`);
  return failures;
}

/** Numbers that look random and are the same each time (mulberry32). */
export function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ state >>> 15, 1 | state);
    t = (t + Math.imul(t ^ t >>> 7, 61 | t)) ^ t;
    return ((t ^ t >>> 14) >>> 0) / 2 ** 32;
  };
}
