import { make } from "../page/dom.js";
import { field, textInput, tooLong } from "../page/fields.js";
import { showDialog } from "../page/dialog.js";
import { commands } from "../outbox/commands.js";
import { text } from "../texts/texts.js";
import { nameLimit } from "./toggle.js";

export function showRename(signedIn, playlist) {
  const name = field(text("fields.name"), textInput({ value: playlist.name, "data-first": true }));
  const save = async (event) => {
    event.preventDefault();
    const wished = name.input.value.trim();
    const wrong = wished === "" ? text("problems.fields.required") : tooLong(wished, nameLimit);
    if (wrong) { name.complain(wrong); return name.input.focus(); }
    dialog.close();
    if (wished !== playlist.name) await signedIn.do(commands.changePlaylist(playlist.id, { name: wished }));
  };
  const dialog = showDialog(text("rename"), make("form", { onsubmit: save }, name.node, make("div", { class: "actions" }, make("button", { class: "button primary" }, text("save")))), { className: "narrow", asks: true });
}
