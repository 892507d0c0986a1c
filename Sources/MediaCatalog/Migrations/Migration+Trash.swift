import ServiceSupport

extension Migration {
    /// Tables of migration 10: what was deleted, and how long it is kept.
    static let trashTables = #"""
        CREATE TABLE media.trash (
            id uuid NOT NULL,
            collection text NOT NULL,
            name text NOT NULL,
            path text NOT NULL,
            size bigint NOT NULL,
            owner text,
            record jsonb NOT NULL,
            links jsonb NOT NULL,
            former_paths text[] NOT NULL DEFAULT '{}',
            reason text NOT NULL,
            deleted_at timestamptz NOT NULL DEFAULT now(),
            expires_at timestamptz NOT NULL,
            is_restoring boolean NOT NULL DEFAULT false,
            CONSTRAINT trash_pkey PRIMARY KEY (id),
            CONSTRAINT trash_reason_check CHECK (reason IN ('deleted', 'reaped'))
        );
        CREATE INDEX trash_expires_at_idx ON media.trash (expires_at);
        CREATE INDEX trash_deleted_at_idx ON media.trash (deleted_at DESC, id DESC);
        CREATE INDEX trash_collection_idx ON media.trash (collection, deleted_at DESC, id DESC);
        CREATE INDEX trash_owner_idx ON media.trash (owner) WHERE owner IS NOT NULL;

        COMMENT ON TABLE media.trash IS
            'Files that were deleted and can be restored with the same id and path until they expire. Their bytes are in trash/ of the storage root, or on their way there.';
        COMMENT ON COLUMN media.trash.id IS 'The id that the file had in media.files, and has again when it is restored.';
        COMMENT ON COLUMN media.trash.collection IS 'Its collection.';
        COMMENT ON COLUMN media.trash.name IS 'Its name in the collection, without the extension.';
        COMMENT ON COLUMN media.trash.path IS 'Where it lay.';
        COMMENT ON COLUMN media.trash.size IS 'Bytes.';
        COMMENT ON COLUMN media.trash.owner IS 'Whose it is; null: nobody''s in particular.';
        COMMENT ON COLUMN media.trash.record IS 'The row of media.files as it was.';
        COMMENT ON COLUMN media.trash.links IS
            'What used it until it was deleted by force, 1000 at most: [{"entity", "entityId", "role", "single"}].';
        COMMENT ON COLUMN media.trash.former_paths IS 'Where it lay before: the rows of media.moves.';
        COMMENT ON COLUMN media.trash.reason IS 'deleted: by somebody. reaped: because nothing used it.';
        COMMENT ON COLUMN media.trash.deleted_at IS 'When.';
        COMMENT ON COLUMN media.trash.expires_at IS 'From when on it is deleted for good.';
        COMMENT ON COLUMN media.trash.is_restoring IS 'Whether it is on its way back, so that it does not expire meanwhile.';

        CREATE TABLE media.trash_settings (
            is_only boolean NOT NULL DEFAULT true,
            retention interval NOT NULL DEFAULT '30 days',
            CONSTRAINT trash_settings_pkey PRIMARY KEY (is_only),
            CONSTRAINT trash_settings_is_only_check CHECK (is_only)
        );
        INSERT INTO media.trash_settings DEFAULT VALUES;
        COMMENT ON TABLE media.trash_settings IS 'What media.delete() has to know of the daemon''s configuration. One row, which the daemon writes.';
        COMMENT ON COLUMN media.trash_settings.is_only IS 'True: there is one row.';
        COMMENT ON COLUMN media.trash_settings.retention IS 'trash.retention of the daemon that was started last.';

        ALTER TABLE media.commits DROP CONSTRAINT commits_kind_check;
        ALTER TABLE media.commits ADD CONSTRAINT commits_kind_check CHECK (kind IN ('publish', 'remove', 'restore'));
        COMMENT ON COLUMN media.commits.kind IS 'publish, remove or restore.';
        COMMENT ON COLUMN media.commits.owner IS 'The process: the name of its folder in staging/. sql: media.delete(), which any daemon brings to its end.';
        """#

    /// Deleting, of migration 10.
    static let deletion = #"""
        CREATE FUNCTION media.take_out(file_id uuid, path text, retention interval, force boolean, reason text) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
        DECLARE
            file media.files%ROWTYPE;
            used jsonb := '[]';
            setting text := coalesce(current_setting('media.deleting', true), '');
        BEGIN
            SELECT * INTO file FROM media.files f WHERE f.id = take_out.file_id AND f.path = take_out.path FOR UPDATE;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'There is no file with the id % any more.', take_out.file_id USING ERRCODE = 'no_data_found';
            END IF;
            IF take_out.force THEN
                SELECT coalesce(jsonb_agg(to_jsonb(first)), '[]') INTO used FROM (
                    SELECT l.entity, l.entity_id AS "entityId", l.role, l.is_single AS single FROM media.links l
                    WHERE l.file_id = take_out.file_id ORDER BY l.entity, l.entity_id, l.role LIMIT 1000
                ) AS first;
                DELETE FROM media.links l WHERE l.file_id = take_out.file_id;
            END IF;
            IF take_out.retention > interval '0' THEN
                INSERT INTO media.trash (
                    id, collection, name, path, size, owner, record, links, former_paths, reason, deleted_at, expires_at
                ) VALUES (
                    file.id, file.collection, file.name, file.path, file.size, file.owner, to_jsonb(file), used,
                    ARRAY (SELECT m.path FROM media.moves m WHERE m.file_id = file.id ORDER BY m.path),
                    take_out.reason, clock_timestamp(), clock_timestamp() + take_out.retention
                );
            END IF;
            PERFORM set_config('media.deleting', 'yes', true);
            DELETE FROM media.files f WHERE f.id = file.id;
            PERFORM set_config('media.deleting', setting, true);
        END
        $function$;
        COMMENT ON FUNCTION media.take_out(uuid, text, interval, boolean, text) IS
            'mediad''s own: takes a row out of media.files, into the trash where retention is more than nothing. The caller sees to the bytes. force removes links; foreign keys refuse all the same.';

        CREATE FUNCTION media.delete(id uuid, force boolean DEFAULT false) RETURNS boolean
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
        DECLARE
            file media.files%ROWTYPE;
        BEGIN
            SELECT * INTO file FROM media.files f WHERE f.id = $1 FOR UPDATE;
            IF NOT FOUND THEN
                RETURN false;
            END IF;
            -- Any daemon finds this row, moves the bytes and deletes the row. Until then the name is taken.
            INSERT INTO media.commits (id, kind, phase, owner, collection, name, path, record)
            VALUES (
                gen_random_uuid(), 'remove', 'recorded', 'sql', file.collection, file.name, file.path,
                jsonb_build_object(
                    'id', file.id, 'collection', file.collection, 'name', file.name, 'path', file.path, 'type', file.type,
                    'version', jsonb_build_object(
                        'size', file.size, 'digest', encode(file.sha256, 'hex'),
                        'modifiedAt', round((extract(epoch FROM file.modified_at) * 1000000)::numeric)::bigint
                    ),
                    'createdAt', round((extract(epoch FROM file.created_at) * 1000000)::numeric)::bigint,
                    'updatedAt', round((extract(epoch FROM file.updated_at) * 1000000)::numeric)::bigint
                )
            ) ON CONFLICT DO NOTHING;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'Another upload or deletion of % is under way. Try again in a moment.', file.path
                    USING ERRCODE = 'object_in_use';
            END IF;
            PERFORM media.take_out(file.id, file.path, (SELECT s.retention FROM media.trash_settings s), coalesce($2, false), 'deleted');
            RETURN true;
        END
        $function$;
        COMMENT ON FUNCTION media.delete(uuid, boolean) IS
            'Deletes a file: it goes to the trash, and any daemon moves the bytes. False where there is no such file. Refused by foreign keys and links that refer to it; force => true removes the links, never the keys.';
        REVOKE EXECUTE ON FUNCTION media.delete(uuid, boolean) FROM PUBLIC;

        CREATE FUNCTION media.refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $function$
        BEGIN
            IF coalesce(current_setting('media.deleting', true), '') <> 'yes' THEN
                RAISE EXCEPTION '% of media.files by hand would leave the bytes behind. Use SELECT media.delete(id), which moves a file to the trash.', TG_OP
                    USING HINT = 'Where the bytes are gone already: SELECT set_config(''media.deleting'', ''yes'', true) in the same transaction.';
            END IF;
            RETURN NULL;
        END
        $function$;
        COMMENT ON FUNCTION media.refuse_delete() IS 'Refuses DELETE and TRUNCATE of media.files that do not say that they know what they do.';
        CREATE TRIGGER files_refuse_delete BEFORE DELETE ON media.files
            FOR EACH STATEMENT EXECUTE FUNCTION media.refuse_delete();
        CREATE TRIGGER files_refuse_truncate BEFORE TRUNCATE ON media.files
            FOR EACH STATEMENT EXECUTE FUNCTION media.refuse_delete();
        """#

    /// The way back, of migration 10.
    static let restoring = #"""
        CREATE FUNCTION media.bring_back(file_id uuid) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
        DECLARE
            entry media.trash%ROWTYPE;
            columns text;
            setting text := coalesce(current_setting('media.cause', true), '');
        BEGIN
            SELECT * INTO entry FROM media.trash t WHERE t.id = bring_back.file_id FOR UPDATE;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'There is no file with the id % in the trash.', bring_back.file_id USING ERRCODE = 'no_data_found';
            END IF;
            SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO columns FROM pg_attribute a
            WHERE a.attrelid = 'media.files'::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '';
            PERFORM set_config('media.cause', 'restored', true);
            EXECUTE format(
                'INSERT INTO media.files (%1$s) SELECT %1$s FROM jsonb_populate_record(NULL::media.files, $1)', columns
            ) USING entry.record;
            INSERT INTO media.kept (file_id) VALUES (entry.id) ON CONFLICT DO NOTHING;
            DELETE FROM media.moves m WHERE m.path = entry.path;
            INSERT INTO media.moves (path, file_id, moved_at)
                SELECT former.path, entry.id, entry.deleted_at FROM unnest(entry.former_paths) AS former (path)
                WHERE NOT EXISTS (SELECT 1 FROM media.files f WHERE f.path = former.path)
                ON CONFLICT DO NOTHING;
            -- A role that has another file by now keeps that one.
            INSERT INTO media.links (entity, entity_id, role, file_id, is_single)
                SELECT was.entity, was."entityId", was.role, entry.id, was.single
                FROM jsonb_to_recordset(entry.links) AS was (entity text, "entityId" text, role text, single boolean)
                WHERE NOT EXISTS (
                    SELECT 1 FROM media.links l
                    WHERE l.entity = was.entity AND l.entity_id = was."entityId" AND l.role = was.role AND (l.is_single OR was.single)
                ) ON CONFLICT DO NOTHING;
            DELETE FROM media.trash t WHERE t.id = entry.id;
            PERFORM set_config('media.cause', setting, true);
        END
        $function$;
        COMMENT ON FUNCTION media.bring_back(uuid) IS
            'mediad''s own: makes the row of media.files again from that of media.trash, with its former paths and links. The bytes are in the tree by then.';
        """#
}
