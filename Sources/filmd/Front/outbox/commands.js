import { uuid7 } from "../identifiers/uuid7.js";

/**
 * All that a person can do, as the requests that do it. Everything that is made gets its id here, so it can be shown, referred to and
 * sent again before the service has heard of it.
 *
 * `about` begins with the thing itself, then what it needs to exist.
 */
const entry = (kind, method, path, body, about, more = {}) => ({ id: uuid7(), kind, method, path, body, about, ...more });
const at = (id) => encodeURIComponent(id);

const versionsOf = ({ fieldVersions }, names) =>
  Object.fromEntries(names.flatMap((name) => (fieldVersions?.[name] === undefined ? [] : [[name, fieldVersions[name]]])));

export const commands = {
  createMovie(fields) {
    const id = uuid7();
    return entry("movie.create", "POST", "/api/movies", { id, ...fields }, [id]);
  },
  /** @param movie as the person saw it: its field versions tell the service what they had in front of them. */
  changeMovie(movie, fields) {
    return entry("movie.change", "PATCH", `/api/movies/${at(movie.id)}`, { ...fields, baseVersions: versionsOf(movie, Object.keys(fields)) }, [movie.id]);
  },
  deleteMovie: (id) => entry("movie.delete", "DELETE", `/api/movies/${at(id)}`, null, [id]),

  /** @param purpose "poster" | "trailer" @param movie as the person saw it. @param file what storage/files.js keeps of a file. */
  attach: (purpose, movie, file) =>
    entry(`${purpose}.attach`, "PATCH", `/api/movies/${at(movie.id)}`, { baseVersions: versionsOf(movie, [`${purpose}FileId`]) }, [movie.id], { file: { ...file, purpose, movieId: movie.id } }),
  attachAvatar: (accountId, file) =>
    entry("avatar.attach", "PATCH", "/api/me", {}, [accountId], { file: { ...file, purpose: "avatar", movieId: null } }),

  createComment(movieId, text, rating) {
    const id = uuid7();
    return entry("comment.create", "POST", `/api/movies/${at(movieId)}/comments`, { id, text, rating }, [id, movieId]);
  },
  changeComment: (comment, text, rating) =>
    entry("comment.change", "PATCH", `/api/movies/${at(comment.movieId)}/comments/${at(comment.id)}`, { text, rating }, [comment.id, comment.movieId]),
  deleteComment: (comment) =>
    entry("comment.delete", "DELETE", `/api/movies/${at(comment.movieId)}/comments/${at(comment.id)}`, null, [comment.id, comment.movieId]),

  createPlaylist(name) {
    const id = uuid7();
    return entry("playlist.create", "POST", "/api/playlists", { id, name, visibility: "private" }, [id]);
  },
  changePlaylist: (id, fields) => entry("playlist.change", "PATCH", `/api/playlists/${at(id)}`, fields, [id]),
  deletePlaylist: (id) => entry("playlist.delete", "DELETE", `/api/playlists/${at(id)}`, null, [id]),

  /** @param before id of the item that it goes in front of; null: at the end. */
  addItem(playlistId, movieId, before = null) {
    const id = uuid7();
    return entry("item.add", "POST", `/api/playlists/${at(playlistId)}/items`, { id, movieId, before }, [id, playlistId, movieId]);
  },
  moveItem: (playlistId, itemId, before) =>
    entry("item.move", "PATCH", `/api/playlists/${at(playlistId)}/items/${at(itemId)}`, { before }, [itemId, playlistId]),
  removeItem: (playlistId, itemId) =>
    entry("item.remove", "DELETE", `/api/playlists/${at(playlistId)}/items/${at(itemId)}`, null, [itemId, playlistId]),

  putHistory: (movieId, { positionSeconds, durationSeconds, watched, device }) =>
    entry("history.put", "PUT", `/api/movies/${at(movieId)}/history`, { positionSeconds, durationSeconds, watched, device }, [movieId]),

  changeProfile: (accountId, fields) => entry("profile.change", "PATCH", "/api/me", fields, [accountId]),
  dismissConflict: (id) => entry("conflict.dismiss", "DELETE", `/api/conflicts/${at(id)}`, null, [id]),
};
