import ServiceSupport

extension Migration {
    /// Files, the log of their changes, and the commits under way.
    static let files = Migration(
        number: 1,
        title: "files, changes, commits",
        script: #"""
            -- Only the owner of a schema may comment on it; it may have been made for mediad by somebody else.
            DO $comment$ BEGIN
                IF pg_has_role((SELECT nspowner FROM pg_namespace WHERE nspname = 'media'), 'USAGE') THEN
                    COMMENT ON SCHEMA media IS
                        'The files that mediad keeps: what the API service may read, join and reference by foreign key. Only mediad writes here.';
                END IF;
            END $comment$;

            CREATE TABLE media.files (
                id uuid NOT NULL,
                collection text NOT NULL,
                name text NOT NULL,
                path text NOT NULL,
                type text NOT NULL,
                size bigint NOT NULL,
                sha256 bytea NOT NULL,
                version text NOT NULL GENERATED ALWAYS AS (left(encode(sha256, 'hex'), 32)) STORED,
                width integer,
                height integer,
                duration_seconds double precision,
                original_filename text,
                modified_at timestamptz NOT NULL,
                created_at timestamptz NOT NULL,
                updated_at timestamptz NOT NULL,
                CONSTRAINT files_pkey PRIMARY KEY (id),
                CONSTRAINT files_path_key UNIQUE (path),
                CONSTRAINT files_collection_name_key UNIQUE (collection, name),
                CONSTRAINT files_size_check CHECK (size > 0),
                CONSTRAINT files_sha256_check CHECK (octet_length(sha256) = 32),
                CONSTRAINT files_width_check CHECK (width > 0),
                CONSTRAINT files_height_check CHECK (height > 0)
            );
            CREATE INDEX files_collection_id_idx ON media.files (collection, id DESC);
            CREATE INDEX files_type_id_idx ON media.files (type text_pattern_ops, id DESC);
            CREATE INDEX files_path_pattern_idx ON media.files (path text_pattern_ops);
            CREATE INDEX files_version_idx ON media.files (version);

            COMMENT ON TABLE media.files IS
                'One row for each file in the tree. A row exists exactly as long as its file does. Reference it with: poster_file_id uuid REFERENCES media.files (id); a referenced file cannot be deleted.';
            COMMENT ON COLUMN media.files.id IS
                'UUID version 7: sorts by creation. Stays the same when the file is replaced.';
            COMMENT ON COLUMN media.files.collection IS
                'The first folder of the path, with its own rules: avatars, posters, videos, documents, ...';
            COMMENT ON COLUMN media.files.name IS
                'The name in the collection, without the extension, with folders: 1, trailers/movie1. Unique in the collection.';
            COMMENT ON COLUMN media.files.path IS
                'Where the file lies, relative to files/ of the storage root: posters/1.jpg. Public address: /files/ and the path. Changes when a replacement has another type.';
            COMMENT ON COLUMN media.files.type IS
                'Media type by the bytes, never by the client''s word: image/jpeg. Without parameters.';
            COMMENT ON COLUMN media.files.size IS
                'Bytes.';
            COMMENT ON COLUMN media.files.sha256 IS
                'SHA-256 of all bytes, 32 bytes.';
            COMMENT ON COLUMN media.files.version IS
                'The first 32 hex digits of sha256. An address with ?v= and this text may be cached for ever: /files/posters/1.jpg?v=...';
            COMMENT ON COLUMN media.files.width IS
                'Pixels, upright (after the orientation that the file asks for). Null where the type has no picture.';
            COMMENT ON COLUMN media.files.height IS
                'Pixels, upright. Null where the type has no picture.';
            COMMENT ON COLUMN media.files.duration_seconds IS
                'Playing time in seconds of audio and video, where the container says. Else null.';
            COMMENT ON COLUMN media.files.original_filename IS
                'What the client called the file. Text for people; never use it as a path.';
            COMMENT ON COLUMN media.files.modified_at IS
                'The modification time that the file in the tree carries for this version, to the microsecond. mediad recognises the version by it.';
            COMMENT ON COLUMN media.files.created_at IS
                'When the first version of the file was committed.';
            COMMENT ON COLUMN media.files.updated_at IS
                'When the present version was committed.';

            CREATE TABLE media.changes (
                id bigint GENERATED ALWAYS AS IDENTITY,
                kind text NOT NULL,
                file_id uuid NOT NULL,
                collection text NOT NULL,
                path text NOT NULL,
                previous_path text,
                version text NOT NULL,
                changed_at timestamptz NOT NULL DEFAULT now(),
                CONSTRAINT changes_pkey PRIMARY KEY (id),
                CONSTRAINT changes_kind_check CHECK (kind IN ('created', 'replaced', 'deleted'))
            );
            CREATE INDEX changes_changed_at_idx ON media.changes (changed_at);

            COMMENT ON TABLE media.changes IS
                'The log of changes, written in the same transaction as the change itself. Each insert also notifies the channel media_changes with {"id", "kind", "fileId", "path"}.';
            COMMENT ON COLUMN media.changes.id IS
                'Number of the change, rising. Transactions may commit out of order: a reader that keeps a cursor overlaps a little.';
            COMMENT ON COLUMN media.changes.kind IS
                'created, replaced or deleted.';
            COMMENT ON COLUMN media.changes.file_id IS
                'media.files.id; no foreign key, because the event outlives the file.';
            COMMENT ON COLUMN media.changes.collection IS
                'The file''s collection.';
            COMMENT ON COLUMN media.changes.path IS
                'The file''s path after the change; for deleted, the path it had.';
            COMMENT ON COLUMN media.changes.previous_path IS
                'replaced only: the path before, when it was another one.';
            COMMENT ON COLUMN media.changes.version IS
                'The file''s version after the change; for deleted, the last one.';
            COMMENT ON COLUMN media.changes.changed_at IS
                'When the transaction began.';

            CREATE FUNCTION media.announce_change() RETURNS trigger LANGUAGE plpgsql AS $function$
            BEGIN
                PERFORM pg_notify(
                    'media_changes',
                    json_build_object('id', NEW.id, 'kind', NEW.kind, 'fileId', NEW.file_id, 'path', NEW.path)::text
                );
                IF NEW.previous_path IS NOT NULL THEN
                    PERFORM pg_notify(
                        'media_changes',
                        json_build_object('id', NEW.id, 'kind', NEW.kind, 'fileId', NEW.file_id, 'path', NEW.previous_path)::text
                    );
                END IF;
                RETURN NULL;
            END
            $function$;
            COMMENT ON FUNCTION media.announce_change() IS 'Notifies the channel media_changes of a new row of media.changes.';
            CREATE TRIGGER changes_announce AFTER INSERT ON media.changes
                FOR EACH ROW EXECUTE FUNCTION media.announce_change();

            CREATE TABLE media.commits (
                id uuid NOT NULL,
                kind text NOT NULL,
                phase text NOT NULL,
                owner text NOT NULL,
                staging_name text,
                collection text NOT NULL,
                name text NOT NULL,
                path text NOT NULL,
                obsolete_path text,
                record jsonb NOT NULL,
                started_at timestamptz NOT NULL DEFAULT now(),
                CONSTRAINT commits_pkey PRIMARY KEY (id),
                CONSTRAINT commits_collection_name_key UNIQUE (collection, name),
                CONSTRAINT commits_path_key UNIQUE (path),
                CONSTRAINT commits_kind_check CHECK (kind IN ('publish', 'remove')),
                CONSTRAINT commits_phase_check CHECK (phase IN ('pending', 'recorded'))
            );
            CREATE INDEX commits_obsolete_path_idx ON media.commits (obsolete_path);

            COMMENT ON TABLE media.commits IS
                'mediad''s own: changes of the tree that are under way. Empty when nothing is. A row whose process died is finished or undone at the next start.';
            COMMENT ON COLUMN media.commits.id IS 'UUID version 7.';
            COMMENT ON COLUMN media.commits.kind IS 'publish or remove.';
            COMMENT ON COLUMN media.commits.phase IS
                'pending: media.files is not changed yet. recorded: it is; only unlinking in the tree remains.';
            COMMENT ON COLUMN media.commits.owner IS 'The process: the name of its folder in staging/.';
            COMMENT ON COLUMN media.commits.staging_name IS 'publish: the staged file in the owner''s folder.';
            COMMENT ON COLUMN media.commits.collection IS 'The collection of the file.';
            COMMENT ON COLUMN media.commits.name IS 'The name of the file. One commit at a time on each.';
            COMMENT ON COLUMN media.commits.path IS 'The path that is written (publish) or unlinked (remove).';
            COMMENT ON COLUMN media.commits.obsolete_path IS
                'publish: the path of the replaced version, to be unlinked, when it has another extension.';
            COMMENT ON COLUMN media.commits.record IS 'publish: the row of media.files to be. remove: the row as it was.';
            COMMENT ON COLUMN media.commits.started_at IS 'When the commit began.';
            """#
    )
}
