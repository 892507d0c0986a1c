import "./sync.js";
import "./outbox.js";
import "./attention.js";
import "./pictures.js";
import "./service.js";
import "./texts.js";
import "./typing.js";
import "./values.js";
import { run } from "./harness.js";

const isNode = typeof document === "undefined";
const lines = [];
const failures = await run((line) => { if (isNode) console.log(line); else lines.push(line); });
if (isNode) process.exitCode = failures > 0 ? 1 : 0;
else {
  document.body.textContent = lines.join("\n");
  document.title = failures > 0 ? "failed" : "passed";
}
