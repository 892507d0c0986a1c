import { make } from "../page/dom.js";
import { field, textInput } from "../page/fields.js";
import { showDialog } from "../page/dialog.js";
import { commands } from "../outbox/commands.js";
import { text } from "../texts/texts.js";

export function showRename(signedIn, playlist) {
  const name = field(text("fields.name"), textInput({ maxlength: 100, value: playlist.name, autofocus: true }));
  const save = async (event) => {
    event.preventDefault();
    const wished = name.input.value.trim();
    if (wished === "") return name.complain(text("problems.fields.required"));
    dialog.close();
    if (wished !== playlist.name) await signedIn.do(commands.changePlaylist(playlist.id, { name: wished }));
  };
  const dialog = showDialog(text("rename"), make("form", { onsubmit: save }, name.node, make("div", { class: "actions" }, make("button", { class: "button primary" }, text("save")))), { className: "narrow" });
}
