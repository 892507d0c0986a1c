import { Gate } from "../../Sources/filmd/Front/pictures/gate.js";
import { equal, test } from "./harness.js";

/** An <img> without a browser: what is asked for is told by `asked`. */
class Picture extends EventTarget {
  isConnected = true; asked = 0; #src = null;
  setAttribute(name, value) { if (name === "src") { this.#src = value; this.asked += 1; } }
  removeAttribute(name) { if (name === "src") this.#src = null; }
  get isLoading() { return this.#src !== null; }
  fail() { this.dispatchEvent(new Event("error")); }
  arrive() { this.dispatchEvent(new Event("load")); }
}
/** A gate that waits for nobody but `hurry`. */
const made = (count) => {
  const gate = new Gate({ wait: () => 1e8, safety: 1e8 }), pictures = Array.from({ length: count }, () => new Picture());
  for (const picture of pictures) gate.load(picture, { src: "p" });
  return { gate, pictures };
};

/** All leave the page: no timer is left behind. */
const end = (gate, pictures) => {
  for (const picture of pictures) picture.isConnected = false;
  gate.hurry();
};

test("a picture that failed is tried again, and no other one waits for it", () => {
  const { gate, pictures: [a, b] } = made(2), later = new Picture();
  a.fail();
  equal([a.isLoading, b.isLoading], [false, true]);
  gate.load(later, { src: "p" });
  equal(later.asked, 1);
  gate.hurry();
  equal([a.asked, b.asked], [2, 1]);
  b.arrive();
  a.arrive();
  gate.hurry();
  equal([a.asked, b.asked, later.asked], [2, 1, 1]);
  end(gate, [a, b, later]);
});

test("where none arrives one at a time is tried, and all when one does", () => {
  const { gate, pictures } = made(3), later = new Picture();
  for (const picture of pictures) picture.fail();
  gate.load(later, { src: "p" });
  equal(later.asked, 0, "held back");
  const asked = () => [...pictures, later].map((picture) => picture.asked);
  gate.hurry();
  equal(asked(), [2, 1, 1, 0]);
  pictures[0].fail();
  gate.hurry();
  equal(asked(), [2, 2, 1, 0], "the one that was tried longest ago");
  pictures[1].arrive();
  equal(asked(), [3, 2, 2, 1]);
  end(gate, [...pictures, later]);
});

test("a picture that is not in the page any more is not asked for", () => {
  const { gate, pictures: [a, b] } = made(2);
  a.fail();
  b.fail();
  a.isConnected = false;
  gate.hurry();
  equal([a.asked, b.asked], [1, 2]);
  end(gate, [a, b]);
});
