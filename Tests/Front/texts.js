import { equal, isTrue, test } from "./harness.js";

const folder = new URL("../../Sources/filmd/Front/texts/", import.meta.url);
const load = async (language) => {
  const address = new URL(`${language}.json`, folder);
  if (typeof document !== "undefined") return (await fetch(address)).json();
  const { readFile } = await import("node:fs/promises");
  return JSON.parse(await readFile(address, "utf8"));
};

const flat = (value, path = "") => (typeof value === "string" ? [[path, value]] : Object.entries(value).flatMap(([key, inner]) => flat(inner, path ? `${path}.${key}` : key)));

test("both languages have the same texts, with the same places to fill in", async () => {
  const [english, french] = (await Promise.all([load("en"), load("fr")])).map((texts) => new Map(flat(texts)));
  equal([...english.keys()].sort(), [...french.keys()].sort());
  for (const [key, words] of english) {
    const places = (text) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();
    equal(places(french.get(key)), places(words), key);
    isTrue(words.trim() !== "" && french.get(key).trim() !== "", key);
  }
});
