import { emptyModel } from "../sync/model.js";
import { inTransaction, settled } from "./database.js";

/** The model on the device: read once at the start, then written as it changes, with the cursor in the same transaction. */

export async function readModel(database) {
  const model = emptyModel();
  const [rows, cursor] = await inTransaction(database, ["records", "values"], "readonly", (records, values) =>
    Promise.all([settled(records.getAll()), settled(values.get("cursor"))]));
  for (const { entity, id, record } of rows) model[entity]?.set(id, record);
  return { model, cursor: cursor ?? null };
}

/** @param touched [entity, id] of what differs from what is on the device. @param cursor null leaves the one that is there. */
export function writeChanges(database, model, touched, cursor) {
  return inTransaction(database, ["records", "values"], "readwrite", (records, values) => {
    for (const [entity, id] of touched) {
      const record = model[entity].get(id);
      if (record) records.put({ entity, id, record }); else records.delete([entity, id]);
    }
    if (cursor) values.put(cursor, "cursor");
  });
}

export const readValue = (database, key) => inTransaction(database, ["values"], "readonly", (values) => settled(values.get(key)));
export const writeValue = (database, key, value) => inTransaction(database, ["values"], "readwrite", (values) => { values.put(value, key); });
