/**
 * What somebody is writing and has not saved: kept in this tab, so that another view, a reload, another language or the end of the session
 * takes none of it. Of one account each, and gone when that leaves the device.
 */
const start = (accountID) => `draft ${accountID} `;

/** @param what names the thing, such as "comment on <id>". @returns {{read, write, forget}} of plain values. */
export function draftOf(accountID, what, storage = sessionStorage) {
  const name = start(accountID) + what;
  return {
    read() { try { return JSON.parse(storage.getItem(name)); } catch { return null; } },
    write(value) { try { storage.setItem(name, JSON.stringify(value)); } catch { /* no room: it is on the screen only */ } },
    forget() { storage.removeItem(name); },
  };
}

export function forgetDrafts(accountID, storage = sessionStorage) {
  const names = Array.from({ length: storage.length }, (_, index) => storage.key(index));
  for (const name of names) if (name.startsWith(start(accountID))) storage.removeItem(name);
}
