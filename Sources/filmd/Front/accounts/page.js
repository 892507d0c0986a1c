import { button, icon, make, refill, written } from "../page/dom.js";
import { note } from "../page/announcer.js";
import { showDialog } from "../page/dialog.js";
import { whileBusy } from "../page/busy.js";
import { complainOf, field, textInput } from "../page/fields.js";
import { fileField } from "../page/file-field.js";
import { fieldWords, words } from "../page/problem-words.js";
import { commands } from "../outbox/commands.js";
import { deviceName } from "../movies/device.js";
import { avatarOf } from "../pictures/avatar.js";
import { drawFile } from "../pictures/picture.js";
import { readFile } from "../storage/files.js";
import { ago, bytes, date, text } from "../texts/texts.js";
import { askForPersistence, isPersistent } from "../storage/persistence.js";

/** The person's own page: picture, profile, preferences, sessions, what is on this device, everything mine, the way out. */
export function meView({ signedIn, changeLanguage, changeTheme, signOut }) {
  const { library, service } = signedIn, node = make("div", { class: "wide me" });
  const parts = { head: make("div", { class: "me-head" }), sessions: make("div"), device: make("div") };
  let me = null;

  const drawHead = async () => {
    const picture = make("div", { class: "me-picture" }, avatarOf(me, 96));
    const waiting = signedIn.outbox.entries.findLast(({ kind }) => kind === "avatar.attach");
    refill(parts.head, picture, make("div", {}, make("h1", { tabindex: "-1", "data-key": "title" }, written(me.username)), make("p", { class: "soft" }, text(me.role === "administrator" ? "administrator" : "member"), me.createdAt ? [" · ", text("since", { when: date(me.createdAt) })] : null),
      make("div", { class: "actions" }, button(text("changePicture"), changePicture, { "data-key": "picture" }), button(text("editProfile"), editProfile, { "data-key": "profile" }))));
    const file = waiting && await readFile(signedIn.database, waiting.file), canvas = make("canvas", { class: "avatar-preview", role: "img", "aria-label": text("waits") });
    if (file && await drawFile(canvas, file, 192)) picture.replaceChildren(canvas);
  };
  const changePicture = () => {
    const chosen = fileField({ label: text("picture"), hint: text("pictureHint"), accept: "image/*", onChange: (file) => { save.disabled = !file; } });
    const save = button(text("save"), async () => { save.disabled = true; await signedIn.do(commands.attachAvatar(me.id, await signedIn.keep(chosen.file, chosen.handle))); dialog.close(); drawHead(); }, { class: "button primary", disabled: true });
    const remove = me.avatar ? button(text("removePicture"), async () => { dialog.close(); await signedIn.do(commands.changeProfile(me.id, { avatarFileId: null })); }) : null;
    const dialog = showDialog(text("changePicture"), [chosen.node, make("div", { class: "actions" }, save, remove)], { className: "narrow" });
  };
  const editProfile = () => {
    const fields = { username: field(text("fields.username"), textInput({ value: me.username, "data-first": true })), email: field(text("fields.email"), textInput({ type: "email", value: me.email ?? "" }), { hint: text("emailHint") }) };
    // Straight to the service: whether a name is free is known there only.
    const save = async (event) => {
      event.preventDefault();
      try {
        const body = { username: fields.username.input.value.trim(), email: fields.email.input.value.trim() };
        await library.learn("account", await whileBusy(submit, text("saving"), () => service.ask("PATCH", "/api/me", { body })));
        dialog.close();
      } catch (problem) { if (!complainOf(fields, fieldWords(problem))) note(words(problem), { isError: true }); }
    };
    const submit = make("button", { class: "button primary" }, text("save"));
    const dialog = showDialog(text("editProfile"), make("form", { class: "form", onsubmit: save, novalidate: true }, fields.username.node, fields.email.node, make("div", { class: "actions" }, submit)), { className: "narrow", asks: true });
  };

  const choices = (legend, name, values, present, onChoice) => make("fieldset", { class: "choices" }, make("legend", { class: "label" }, legend),
    values.map(([value, label]) => make("label", { class: "choice" }, make("input", { type: "radio", name, value, checked: value === present, "data-key": `${name}-${value}`, onchange: () => onChoice(value) }), make("span", {}, label))));
  const prefer = (change) => signedIn.do(commands.changeProfile(library.me.id, { preferences: change }));

  /** "Chrome Linux" of what a browser says of itself; what anything else says stays as it is. */
  const nameOf = (agent) => (agent?.startsWith("Mozilla/") ? deviceName(agent) : agent);
  const drawSessions = async () => {
    try {
      const { sessions } = await service.ask("GET", "/api/me/sessions");
      refill(parts.sessions, make("ul", { class: "sessions" }, sessions.map((session) => make("li", { class: "row" },
        make("span", { class: "row-film" }, make("span", {}, make("b", { title: session.device || null }, written(nameOf(session.device) || text("unknownDevice"))), make("span", { class: "soft" }, " ", session.isCurrent ? text("thisDevice") : ago(session.lastUsedAt)))),
        session.isCurrent ? null : button(text("signOutThere"), async () => { await service.ask("DELETE", `/api/me/sessions/${encodeURIComponent(session.id)}`); drawSessions(); }, { class: "button small", "aria-label": text("ofThing", { action: text("signOutThere"), thing: nameOf(session.device) || text("unknownDevice") }) })))));
    } catch (problem) { refill(parts.sessions, make("p", { class: "soft" }, problem.status === 0 ? text("needsNetwork") : words(problem))); }
  };
  const drawDevice = async () => {
    const { usage = 0 } = await navigator.storage?.estimate?.() ?? {}, persists = await isPersistent();
    refill(parts.device, make("p", {}, text("onDevice", { size: bytes(usage) }), " ", text(persists ? "persistGranted" : "persistReason")),
      persists ? null : make("p", {}, button(text("persistYes"), async () => { note(text(await askForPersistence() ? "persistGranted" : "persistRefused")); drawDevice(); }, { "data-key": "persist" })));
  };
  const exportAll = async ({ currentTarget }) => {
    try {
      await whileBusy(currentTarget, text("exporting"), download);
    } catch (problem) { note(words(problem), { isError: true }); }
  };
  const download = async () => {
    const answer = await service.request("GET", "/api/me/export", { headers: { Accept: "application/zip, application/json;q=0.5" } });
    if (answer.status !== 200) throw Object.assign(new Error(), { status: answer.status, details: answer.body ?? {}, code: answer.body?.code });
    const address = URL.createObjectURL(await answer.response.blob());
    make("a", { href: address, download: `films-${me.username}.zip` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  };
  const deleteAccount = async () => {
    const password = field(text("fields.password"), textInput({ type: "password", autocomplete: "current-password", "data-first": true }));
    const send = async (event) => {
      event.preventDefault();
      try {
        await service.ask("DELETE", "/api/me", { body: { password: password.input.value } });
        dialog.close();
        await signOut({ isGone: true });
      } catch (problem) { password.complain(problem.code === "invalid_credentials" ? text("problems.fields.password_wrong") : words(problem)); }
    };
    const dialog = showDialog(text("deleteAccount"), make("form", { class: "form", onsubmit: send }, make("p", {}, text("deleteAccountWords")), password.node, make("div", { class: "actions" }, button(text("cancel"), () => dialog.close()), make("button", { class: "button danger" }, text("deleteAccount")))), { className: "narrow" });
  };

  const build = () => {
    const { preferences = {} } = library.myself;
    node.replaceChildren(parts.head,
      make("section", { class: "panel" }, make("h2", {}, text("preferences")),
        choices(text("language"), "language", [["en", "English"], ["fr", "Français"]], preferences.language ?? document.documentElement.lang, async (value) => { await prefer({ language: value }); changeLanguage(value); }),
        choices(text("theme"), "theme", [["system", text("themes.system")], ["light", text("themes.light")], ["dark", text("themes.dark")]], preferences.theme ?? "system", (value) => { prefer({ theme: value }); changeTheme(value); })),
      make("section", { class: "panel" }, make("h2", {}, text("sessions")), parts.sessions),
      make("section", { class: "panel" }, make("h2", {}, text("device")), parts.device),
      make("section", { class: "panel" }, make("h2", {}, text("mine")), make("p", { class: "soft" }, text("mineWords")),
        make("div", { class: "actions" }, button(text("export"), exportAll, {}, icon("download")), button(text("signOut"), () => signOut(), {}), button(text("deleteAccount"), deleteAccount, { class: "button quiet danger-text" }))));
    drawSessions();
    drawDevice();
  };
  return {
    node, title: text("me"),
    update() {
      const next = library.myself;
      if (next === me) return;
      const isFirst = me === null;
      me = next;
      if (isFirst) build();
      drawHead();
    },
  };
}
