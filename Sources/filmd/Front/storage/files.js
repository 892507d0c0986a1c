import { inTransaction, settled } from "./database.js";

/**
 * Files that wait to be sent. A `File` that a person chose does not survive a reload, so its bytes are kept by the first of these
 * ways that works:
 *   "handle"  a handle of the file, where the browser gives one: nothing is copied
 *   "opfs"    a copy in the origin's private file system
 *   "blob"    a copy in IndexedDB
 *   "none"    the person has to choose the file again; its digest tells whether it is the same
 */
/** Files of the last way, while this page lives. */
const held = new Map();

export async function keepFile(database, key, file, handle = null) {
  const description = { key, name: file.name, size: file.size, type: file.type, lastModified: file.lastModified };
  if (handle) {
    try { await put(database, key, handle); return { ...description, kept: "handle" }; } catch { /* not storable here */ }
  }
  try { await writeToOPFS(database, key, file); return { ...description, kept: "opfs" }; } catch { /* no OPFS, or no room in it */ }
  // Safari writes to OPFS from workers only, but keeps Blobs in IndexedDB as files.
  try { await put(database, key, file); return { ...description, kept: "blob" }; } catch { /* no room */ }
  held.set(key, file);
  return { ...description, kept: "none" };
}

/**
 * The bytes of a kept file as they are now; null when it must be chosen again: it was not kept, is gone, has changed, or may not be
 * read without asking (a handle after a restart of the browser).
 */
export async function readFile(database, { key, kept, size, lastModified }) {
  if (kept === "none") return held.get(key) ?? null;
  try {
    if (kept === "opfs") return await (await (await folder(database)).getFileHandle(key)).getFile();
    const value = await inTransaction(database, ["files"], "readonly", (files) => settled(files.get(key)));
    if (kept === "blob") return value ?? null;
    if (kept !== "handle" || !value || await value.queryPermission({ mode: "read" }) !== "granted") return null;
    const file = await value.getFile();
    return file.size === size && file.lastModified === lastModified ? file : null;
  } catch {
    return null;
  }
}

/** Asks the person for the right to read a file by its handle again. Only works in the handler of a click. */
export async function askForFile(database, { key, kept }) {
  if (kept !== "handle") return false;
  const handle = await inTransaction(database, ["files"], "readonly", (files) => settled(files.get(key)));
  return await handle?.requestPermission?.({ mode: "read" }) === "granted";
}

export async function forgetFile(database, { key, kept }) {
  held.delete(key);
  try {
    if (kept === "opfs") await (await folder(database)).removeEntry(key);
    else if (kept !== "none") await inTransaction(database, ["files"], "readwrite", (files) => { files.delete(key); });
  } catch { /* gone already */ }
}

/**
 * Removes copies that no entry of the account needs, such as those of a page that was killed between the copy and the entry. A young one may
 * be waiting for its entry: another file of the same film is still being copied, perhaps in another tab.
 */
export async function forgetOthers(database, keys) {
  try {
    const directory = await folder(database);
    for await (const [name, handle] of directory.entries()) {
      if (keys.has(name) || Date.now() - (await handle.getFile()).lastModified < youth) continue;
      await directory.removeEntry(name).catch(() => {});
    }
  } catch { /* no OPFS */ }
}

/** Removes all copies of an account. */
export async function forgetAll(database) {
  try { await (await navigator.storage.getDirectory()).removeEntry(database.name, { recursive: true }); } catch { /* there are none */ }
}

const youth = 60 * 60 * 1000;

/** As the database, one for each account: what waits of one is not tidied away while another one is signed in. */
const folder = async (database) => (await navigator.storage.getDirectory()).getDirectoryHandle(database.name, { create: true });
const put = (database, key, value) => inTransaction(database, ["files"], "readwrite", (files) => { files.put(value, key); }, "strict");

async function writeToOPFS(database, key, file) {
  const handle = await (await folder(database)).getFileHandle(key, { create: true });
  const writable = await handle.createWritable();
  try { await file.stream().pipeTo(writable); } catch (error) {
    await (await folder(database)).removeEntry(key).catch(() => {});
    throw error;
  }
}
