import { nameOf } from "../playlists/toggle.js";
import { text } from "../texts/texts.js";

/** What an entry is, and which film and list it is about, so that two of a kind can be told apart. */
export const kindOf = ({ kind }) => text(`kinds.${kind.replace(".", "_")}`);

/** @returns the names of its list and its film, as far as there are such. */
export function aboutOf(entry, { view, model }) {
  const find = (table, ids) => ids.map((id) => view[table].get(id) ?? model[table].get(id)).find(Boolean);
  const playlist = find("playlist", entry.about);
  const item = [...(playlist?.items ?? []), ...(model.playlist.get(playlist?.id)?.items ?? [])].find(({ id }) => id === entry.about[0]);
  const movie = find("movie", [...entry.about, item?.movieId, model.conflict.get(entry.about[0])?.movieId].filter(Boolean));
  const { title, name } = entry.body ?? {};
  return [playlist ? nameOf(playlist) : name, title ?? movie?.title].filter(Boolean);
}
