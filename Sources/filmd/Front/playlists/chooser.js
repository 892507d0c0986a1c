import { make, written } from "../page/dom.js";
import { field, textInput, tooLong } from "../page/fields.js";
import { showDialog } from "../page/dialog.js";
import { commands } from "../outbox/commands.js";
import { text } from "../texts/texts.js";
import { inOrder, itemOf, nameLimit, nameOf, setIn } from "./toggle.js";

/** Which lists a film is on: a box for each, and a field for another list. */
export function showChooser(signedIn, movie) {
  const { library } = signedIn;
  const boxes = make("fieldset", { class: "boxes" }, make("legend", { class: "unseen" }, text("playlists")));
  const box = (playlist) => make("label", { class: "box" }, make("input", {
    type: "checkbox", checked: itemOf(playlist, movie.id) !== undefined,
    onchange: (event) => setIn(signedIn, library.view.playlist.get(playlist.id), movie.id, event.target.checked),
  }), written(nameOf(playlist)));
  boxes.append(...inOrder(library.view.playlist.values()).filter((one) => !one.owner || one.owner.id === library.me.id).map(box));
  const name = field(text("newList"), textInput({}));
  const create = async (event) => {
    event.preventDefault();
    const wished = name.input.value.trim();
    const wrong = wished === "" ? text("problems.fields.required") : tooLong(wished, nameLimit);
    if (wrong) { name.complain(wrong); return name.input.focus(); }
    name.input.value = "";
    const entry = await signedIn.do(commands.createPlaylist(wished));
    await signedIn.do(commands.addItem(entry.body.id, movie.id));
    boxes.append(box(library.view.playlist.get(entry.body.id)));
  };
  showDialog(text("addToList"), [boxes, make("form", { class: "in-line", onsubmit: create }, name.node, make("button", { class: "button" }, text("create")))], { className: "narrow" });
}
