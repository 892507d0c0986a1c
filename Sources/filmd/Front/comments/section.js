import { arrange, button, freshID, icon, leaveRow, make, written } from "../page/dom.js";
import { ask } from "../page/dialog.js";
import { avatarOf } from "../pictures/avatar.js";
import { scoreOf } from "../movies/card.js";
import { commands } from "../outbox/commands.js";
import { draftOf } from "../storage/drafts.js";
import { ago, moment, text } from "../texts/texts.js";
import { commentEditor } from "./editor.js";

/** What people say of a film, and the form to say something. */
export function commentsSection(signedIn, movieId) {
  const { library } = signedIn, draft = (what) => draftOf(library.me.id, what);
  const list = make("ul", { class: "comments" }), title = freshID();
  const heading = make("h2", { id: title, tabindex: "-1" });
  const editor = commentEditor({ draft: draft(`comment on ${movieId}`), label: text("yourComment"), submit: text("sendComment"), onSubmit: (words, rating) => signedIn.do(commands.createComment(movieId, words, rating)) });
  const node = make("section", { class: "comments-section", "aria-labelledby": title }, heading, editor.node, list);
  /** `open`: the comment that is being changed, with its row, which stays the same whatever else changes. */
  let known = null, rows = new Map(), open = null;

  const isMine = (comment) => comment.author?.id === library.me.id;
  const draftOfChange = (comment) => draft(`comment ${comment.id}`);
  const comments = () => {
    const found = [...known.values()].filter((comment) => comment.movieId === movieId);
    if (open && !known.has(open.comment.id)) found.push(open.comment);
    return found.sort((a, b) => (a.id < b.id ? 1 : -1));
  };
  const draw = () => {
    const all = comments(), before = rows;
    heading.textContent = all.length > 0 ? text("comments", { count: all.length }) : text("commentsNone");
    rows = new Map(all.map((comment) => [comment, before.get(comment) ?? item(comment)]));
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    arrange(list, all.map((comment) => (open?.comment.id === comment.id ? open.row : rows.get(comment))));
    if (focused && !list.contains(document.activeElement)) list.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  };
  const item = (comment) => {
    const mayDelete = isMine(comment) || library.me.role === "administrator", who = comment.author?.username ?? text("somebody");
    const action = (key, run) => button(text(key), run, { class: "link", "aria-label": text("ofThing", { action: text(key), thing: comment.text.slice(0, 60) || who }), "data-key": `${key}-${comment.id}` });
    const row = make("li", { class: "comment" }, avatarOf(comment.author, 40), make("div", {},
      make("p", { class: "comment-head" }, make("b", {}, written(who)), comment.rating == null ? null : scoreOf(comment.rating),
        make("time", { datetime: comment.createdAt, title: comment.createdAt ? moment(comment.createdAt) : null, class: "soft" }, ago(comment.createdAt ?? Date.now())),
        comment.isWaiting ? make("span", { class: "badge waiting inline" }, icon("clock"), text("waits")) : null),
      make("p", { class: "comment-text", dir: "auto" }, comment.text),
      mayDelete ? make("p", { class: "comment-actions" }, isMine(comment) ? action("edit", () => change(comment)) : null, action("delete", () => remove(comment, row))) : null));
    return row;
  };
  const remove = async (comment, row) => {
    if (await ask(text("deleteComment"), text("deleteCommentWords"), [{ value: null, label: text("cancel") }, { value: "yes", label: text("delete"), isDanger: true }]) !== "yes") return;
    leaveRow(row);
    await signedIn.do(commands.deleteComment(comment));
  };
  const change = (comment) => { begin(comment).focus(); };
  const begin = (comment) => {
    const end = () => {
      open = null;
      draw();
      (list.querySelector(`[data-key="edit-${CSS.escape(comment.id)}"]`) ?? heading).focus();
    };
    const form = commentEditor({ draft: draftOfChange(comment), label: text("yourComment"), submit: text("save"), words: comment.text, rating: comment.rating, onCancel: end,
      onSubmit: async (words, rating) => { await signedIn.do(commands.changeComment(comment, words, rating)); end(); } });
    open = { comment, row: make("li", { class: "comment" }, form.node) };
    draw();
    return form;
  };
  return {
    node,
    update() {
      if (library.view.comment === known) return;
      known = library.view.comment;
      // What was being changed before the view was left is open again.
      const left = open ? null : comments().find((comment) => isMine(comment) && draftOfChange(comment).read());
      if (left) begin(left); else draw();
    },
  };
}
