import { button, freshID, icon, make, refill, written } from "../page/dom.js";
import { ask } from "../page/dialog.js";
import { avatarOf } from "../pictures/avatar.js";
import { scoreOf } from "../movies/card.js";
import { commands } from "../outbox/commands.js";
import { ago, moment, number, text } from "../texts/texts.js";

/** What people say of a film, and the form to say something. */
export function commentsSection(signedIn, movieId) {
  const { library } = signedIn;
  const list = make("ul", { class: "comments" }), title = freshID();
  const heading = make("h2", { id: title });
  const editor = commentEditor({ label: text("yourComment"), submit: text("sendComment"), onSubmit: (words, rating) => signedIn.do(commands.createComment(movieId, words, rating)) });
  const node = make("section", { class: "comments-section", "aria-labelledby": title }, heading, editor.node, list);
  let known = null, editing = null;

  const draw = () => {
    const comments = [...known.values()].filter((comment) => comment.movieId === movieId).sort((a, b) => (a.id < b.id ? 1 : -1));
    heading.textContent = comments.length > 0 ? text("comments", { count: comments.length }) : text("commentsNone");
    refill(list, comments.map((comment) => (editing === comment.id ? editForm(comment) : item(comment))));
  };
  const item = (comment) => {
    const isMine = comment.author?.id === library.me.id;
    return make("li", { class: "comment" }, avatarOf(comment.author, 40), make("div", {},
      make("p", { class: "comment-head" }, make("b", {}, written(comment.author?.username ?? text("somebody"))), comment.rating == null ? null : scoreOf(comment.rating),
        make("time", { datetime: comment.createdAt, title: comment.createdAt ? moment(comment.createdAt) : null, class: "soft" }, ago(comment.createdAt ?? Date.now())),
        comment.isWaiting ? make("span", { class: "badge waiting inline" }, icon("clock"), text("waits")) : null),
      make("p", { class: "comment-text", dir: "auto" }, comment.text),
      isMine || library.me.role === "administrator" ? make("p", { class: "comment-actions" },
        isMine ? button(text("edit"), () => { editing = comment.id; draw(); list.querySelector("textarea")?.focus(); }, { class: "link", "data-key": `edit-${comment.id}` }) : null,
        button(text("delete"), () => remove(comment), { class: "link", "data-key": `delete-${comment.id}` })) : null));
  };
  const remove = async (comment) => {
    if (await ask(text("deleteComment"), text("deleteCommentWords"), [{ value: null, label: text("cancel") }, { value: "yes", label: text("delete"), isDanger: true }]) === "yes") await signedIn.do(commands.deleteComment(comment));
  };
  const editForm = (comment) => {
    const end = () => { editing = null; draw(); };
    const form = commentEditor({ label: text("yourComment"), submit: text("save"), words: comment.text, rating: comment.rating, onCancel: end, onSubmit: async (words, rating) => { await signedIn.do(commands.changeComment(comment, words, rating)); end(); } });
    return make("li", { class: "comment" }, form.node);
  };
  return {
    node,
    update() {
      if (library.view.comment === known) return;
      known = library.view.comment;
      // Somebody's words in the middle of being written are not taken away by somebody else's.
      if (editing && known.has(editing) && list.contains(document.activeElement)) return;
      draw();
    },
  };
}

/** Text, and stars from 0 to 10 by halves or none: a select, which every keyboard and screen reader knows. */
function commentEditor({ label, submit, words = "", rating = null, onSubmit, onCancel }) {
  const textID = freshID(), ratingID = freshID();
  const area = make("textarea", { id: textID, class: "field", dir: "auto", rows: 3, maxlength: 5000, value: words });
  const choice = make("select", { id: ratingID, class: "field" }, make("option", { value: "" }, text("noRating")),
    Array.from({ length: 11 }, (_, index) => 10 - index).map((value) => make("option", { value, selected: rating !== null && Math.round(rating) === value }, `${number(value)}/10`)));
  const send = async (event) => {
    event.preventDefault();
    if (area.value.trim() === "" && choice.value === "") return area.focus();
    const [said, given] = [area.value.trim(), choice.value === "" ? null : Number(choice.value)];
    area.value = "";
    choice.value = "";
    await onSubmit(said, given);
  };
  const node = make("form", { class: "comment-form", onsubmit: send }, make("label", { for: textID, class: "label" }, label), area,
    make("div", { class: "actions" }, make("label", { for: ratingID, class: "unseen" }, text("yourRating")), choice, make("button", { class: "button primary" }, submit), onCancel ? button(text("cancel"), onCancel) : null));
  return { node };
}
