import { make } from "../page/dom.js";

/** A person's picture, or the first letter of the name on a colour that is always the same for them. The name stands beside it. */
export function avatarOf(person, size = 32) {
  const node = make("span", { class: "avatar", "aria-hidden": "true" });
  node.style.setProperty("--size", `${size}px`);
  const renditions = person?.avatar?.renditions ?? [];
  const fitting = renditions.find(({ width }) => width >= size * devicePixelRatio) ?? renditions.at(-1);
  if (fitting) node.append(make("img", { src: fitting.url, width: size, height: size, alt: "", loading: "lazy" }));
  else {
    const name = person?.username ?? "?";
    let sum = 0;
    for (const character of name) sum = (sum * 31 + character.codePointAt(0)) % 360;
    node.style.setProperty("--hue", sum);
    node.append([...name][0]?.toUpperCase() ?? "?");
  }
  return node;
}
