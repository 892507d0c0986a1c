import { freshID, icon, iconButton, make } from "./dom.js";
import { bytes, text } from "../texts/texts.js";
import { drawFile } from "../pictures/picture.js";

/**
 * A field for one file: chosen, taken with the camera, dropped or pasted. The same element for the keyboard: a real file input.
 *
 * `accept` of pictures is `image/*`: iOS then offers the camera and converts HEIC for pages that ask for JPEG only; mediad takes HEIC as
 * it is, so nothing is asked for.
 *
 * @returns {{node, file, handle}} `file` null until one was chosen.
 */
export function fileField({ label, hint, accept, onChange = () => {} }) {
  const id = freshID(), hintID = freshID();
  const state = { file: null, handle: null, node: null };
  const input = make("input", { type: "file", id, accept, "aria-describedby": hintID });
  const preview = make("canvas", { class: "preview", hidden: true, role: "img" });
  const name = make("span", { class: "chosen" });
  const clear = iconButton("close", text("removeFile"), () => take(null), { hidden: true });
  const drop = make("div", { class: "drop" }, input, preview,
    make("span", { class: "drop-words", "aria-hidden": "true" }, icon("upload"), make("span", {}, text("dropOrChoose"))), name);
  const problem = make("p", { class: "field-problem", role: "alert", hidden: true });
  state.node = make("div", { class: "field-group file-field" }, make("label", { for: id, class: "label" }, label), drop, clear, make("p", { class: "hint", id: hintID }, hint), problem);

  const take = async (chosen, handle = null) => {
    const isEmpty = chosen?.size === 0, file = isEmpty ? null : chosen;
    problem.hidden = !isEmpty;
    problem.textContent = isEmpty ? text("problems.empty_file") : "";
    Object.assign(state, { file, handle });
    drop.classList.toggle("has-file", file !== null);
    clear.hidden = file === null;
    name.textContent = file ? `${file.name} (${bytes(file.size)})` : "";
    if (!file) input.value = "";
    preview.setAttribute("aria-label", file ? text("previewOf", { name: file.name }) : "");
    preview.hidden = !(file && file.type.startsWith("image/") && await drawFile(preview, file));
    onChange(file);
    // Also where it was dropped or pasted: a form has something in it that is not saved.
    state.node.dispatchEvent(new Event("input", { bubbles: true }));
  };
  input.addEventListener("change", () => { if (input.files[0]) take(input.files[0]); });
  for (const type of ["dragenter", "dragover"]) drop.addEventListener(type, (event) => { event.preventDefault(); drop.classList.add("over"); });
  for (const type of ["dragleave", "drop"]) drop.addEventListener(type, () => drop.classList.remove("over"));
  drop.addEventListener("drop", async (event) => {
    event.preventDefault();
    const item = [...event.dataTransfer.items].find(({ kind }) => kind === "file"), file = event.dataTransfer.files[0];
    // A handle lets a large file be read again after a reload without a copy.
    const handle = await item?.getAsFileSystemHandle?.().catch(() => null);
    if (file) take(file, handle?.kind === "file" ? handle : null);
  });
  state.node.addEventListener("paste", (event) => { const file = event.clipboardData.files[0]; if (file) { event.preventDefault(); take(file); } });
  return state;
}
