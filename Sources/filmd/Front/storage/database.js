/** IndexedDB with promises. One database for each account, so that nothing of one is ever read or sent as another. */

const version = 1;

export async function openDatabase(accountID) {
  const request = indexedDB.open(`films-${accountID}`, version);
  request.onupgradeneeded = () => {
    const database = request.result;
    database.createObjectStore("records", { keyPath: ["entity", "id"] });
    database.createObjectStore("outbox", { keyPath: "sequence", autoIncrement: true });
    database.createObjectStore("values");
    database.createObjectStore("files");
  };
  const database = await settled(request);
  // Another tab removes the database, or a newer page wants another version: it shall not have to wait for this one.
  database.onversionchange = () => database.close();
  return database;
}

export const deleteDatabase = (accountID) => settled(indexedDB.deleteDatabase(`films-${accountID}`));

/** The result of a request. */
export function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * Runs `work` with the stores of one transaction, and resolves when that is committed.
 *
 * @param durability "strict" for what only this device has; the default for what the service has as well.
 */
export function inTransaction(database, stores, mode, work, durability = "relaxed") {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(stores, mode, { durability });
    let result;
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new DOMException("The transaction was aborted.", "AbortError"));
    Promise.resolve(work(...stores.map((name) => transaction.objectStore(name)))).then((value) => { result = value; }, (error) => {
      try { transaction.abort(); } catch { /* it has ended already */ }
      reject(error);
    });
  });
}
