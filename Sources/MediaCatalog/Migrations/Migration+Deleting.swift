import ServiceSupport

extension Migration {
    /// Deleting again, with one order of locks, and with nobody else's code run on the way. Decision 67.
    static let deleting = Migration(
        number: 15,
        title: "one order of locks, and nobody else's code",
        script: [
            Self.referring, Self.takingOut, Self.reaping, Self.deletingBySQL, Self.closedTriggers, Self.boundedLinks,
        ]
        .joined(separator: "\n")
    )

    private static let takingOut = #"""
        CREATE OR REPLACE FUNCTION media.take_out(file_id uuid, path text, retention interval, force boolean, reason text)
        RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
        DECLARE
            file media.files%ROWTYPE;
            used jsonb := '[]';
            deleting text := coalesce(current_setting('media.deleting', true), '');
            cause text := coalesce(current_setting('media.cause', true), '');
            key record;
        BEGIN
            -- No foreign key is made between the look at them and the deletion.
            LOCK TABLE media.files IN ROW EXCLUSIVE MODE;
            SELECT * INTO file FROM media.files f WHERE f.id = take_out.file_id AND f.path = take_out.path FOR UPDATE;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'There is no file with the id % any more.', take_out.file_id USING ERRCODE = 'no_data_found';
            END IF;
            FOR key IN SELECT * FROM media.referring(file.id, '{c,n,d}', 1) r WHERE r.refuses LOOP
                RAISE EXCEPTION 'Rows of % may refer to the file. They would be changed with the rights of %: change them first.',
                    key.table_name, current_user
                    USING ERRCODE = 'foreign_key_violation', TABLE = key.table_name,
                    HINT = 'Leave ON DELETE CASCADE and SET NULL out of this key, or give the table the owner of mediad''s schema.';
            END LOOP;
            IF take_out.force THEN
                SELECT coalesce(jsonb_agg(to_jsonb(first)), '[]') INTO used FROM (
                    SELECT l.entity, l.entity_id AS "entityId", l.role, l.is_single AS single FROM media.links l
                    WHERE l.file_id = take_out.file_id ORDER BY l.entity, l.entity_id, l.role LIMIT 1000
                ) AS first;
                DELETE FROM media.links l WHERE l.file_id = take_out.file_id;
            END IF;
            -- The event of the deletion has the links of the entry, so there is one for as long as this statement takes at least.
            IF take_out.retention > interval '0' OR used <> '[]' THEN
                INSERT INTO media.trash (
                    id, collection, name, path, size, owner, record, links, former_paths, reason, deleted_at, expires_at
                ) VALUES (
                    file.id, file.collection, file.name, file.path, file.size, file.owner, to_jsonb(file), used,
                    ARRAY (SELECT m.path FROM media.moves m WHERE m.file_id = file.id ORDER BY m.path),
                    take_out.reason, clock_timestamp(), clock_timestamp() + take_out.retention
                );
            END IF;
            PERFORM set_config('media.deleting', 'yes', true),
                set_config('media.cause', CASE take_out.reason WHEN 'reaped' THEN 'reaped' ELSE '' END, true);
            DELETE FROM media.files f WHERE f.id = file.id;
            PERFORM set_config('media.deleting', deleting, true), set_config('media.cause', cause, true);
            IF take_out.retention <= interval '0' THEN
                DELETE FROM media.trash t WHERE t.id = file.id;
            END IF;
        END
        $function$;
        COMMENT ON FUNCTION media.take_out(uuid, text, interval, boolean, text) IS
            'mediad''s own: takes a row out of media.files, into the trash where retention is more than nothing. The caller sees to the bytes. force removes links; foreign keys refuse all the same.';
        """#

    private static let reaping = #"""
        CREATE FUNCTION media.reap(file_id uuid, path text, retention interval, unchanged_since timestamptz) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
        BEGIN
            LOCK TABLE media.files IN ROW EXCLUSIVE MODE;
            PERFORM 1 FROM media.files f WHERE f.id = reap.file_id AND f.path = reap.path FOR UPDATE;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'There is no file with the id % any more.', reap.file_id USING ERRCODE = 'no_data_found';
            END IF;
            -- Each of these statements sees what was committed before the row was locked, and nothing can refer to it from then on.
            IF EXISTS (SELECT FROM media.kept k WHERE k.file_id = reap.file_id)
                OR EXISTS (
                    SELECT FROM media.files f
                    WHERE f.id = reap.file_id AND greatest(f.created_at, f.updated_at) > reap.unchanged_since
                )
                OR EXISTS (
                    SELECT FROM media.referring(reap.file_id, '{a,r,c,n,d}', 1) r WHERE r.uses > 0 OR r.action IN ('c', 'n', 'd')
                )
            THEN
                RAISE EXCEPTION 'The file % is used, or was not long ago.', reap.file_id USING ERRCODE = 'restrict_violation';
            END IF;
            PERFORM media.take_out(reap.file_id, reap.path, reap.retention, false, 'reaped');
        END
        $function$;
        COMMENT ON FUNCTION media.reap(uuid, text, interval, timestamptz) IS
            'mediad''s own: as media.take_out(), for a file that nothing uses: refused where something ever linked it, where it came back from the trash, where it changed since, and where any foreign key refers to it, or may, whatever its ON DELETE says.';
        """#

    private static let deletingBySQL = #"""
        CREATE OR REPLACE FUNCTION media.delete(id uuid, force boolean DEFAULT false) RETURNS boolean
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
        DECLARE
            seen media.files%ROWTYPE;
            file media.files%ROWTYPE;
            intent uuid := gen_random_uuid();
        BEGIN
            SELECT * INTO seen FROM media.files f WHERE f.id = $1;
            IF NOT FOUND THEN
                RETURN false;
            END IF;
            -- The name first and the file then, as mediad itself: two that lock in another order wait for each other.
            -- Any daemon finds this row, moves the bytes and deletes the row. Until then the name is taken.
            INSERT INTO media.commits (id, kind, phase, owner, collection, name, path, record)
            VALUES (intent, 'remove', 'recorded', 'sql', seen.collection, seen.name, seen.path, '{}') ON CONFLICT DO NOTHING;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'Another upload or deletion of % is under way. Try again in a moment.', seen.path
                    USING ERRCODE = 'object_in_use';
            END IF;
            SELECT * INTO file FROM media.files f WHERE f.id = $1 FOR UPDATE;
            IF NOT FOUND THEN
                DELETE FROM media.commits c WHERE c.id = intent;
                RETURN false;
            END IF;
            IF (file.collection, file.name, file.path) IS DISTINCT FROM (seen.collection, seen.name, seen.path) THEN
                RAISE EXCEPTION '% was replaced just now. Try again.', seen.path USING ERRCODE = 'object_in_use';
            END IF;
            UPDATE media.commits c SET record = jsonb_build_object(
                'id', file.id, 'collection', file.collection, 'name', file.name, 'path', file.path, 'type', file.type,
                'version', jsonb_build_object(
                    'size', file.size, 'digest', encode(file.sha256, 'hex'),
                    'modifiedAt', round((extract(epoch FROM file.modified_at) * 1000000)::numeric)::bigint
                ),
                'createdAt', round((extract(epoch FROM file.created_at) * 1000000)::numeric)::bigint,
                'updatedAt', round((extract(epoch FROM file.updated_at) * 1000000)::numeric)::bigint
            ) WHERE c.id = intent;
            PERFORM media.take_out(file.id, file.path, (SELECT s.retention FROM media.trash_settings s), coalesce($2, false), 'deleted');
            RETURN true;
        END
        $function$;
        """#

    /// A file may have any number of links, and an event of it is held in memory by whoever reads the feed.
    private static let boundedLinks = #"""
        CREATE OR REPLACE FUNCTION media.links_of(file uuid) RETURNS jsonb LANGUAGE sql STABLE AS $function$
            SELECT jsonb_agg(
                jsonb_build_object('entity', entity, 'entityId', entity_id, 'role', role) ORDER BY entity, entity_id, role
            )
            FROM (
                SELECT l.entity, l.entity_id, l.role FROM media.links l WHERE l.file_id = file
                ORDER BY l.entity, l.entity_id, l.role LIMIT 1000
            ) AS first
        $function$;
        COMMENT ON FUNCTION media.links_of(uuid) IS 'What uses a file, as media.changes.links has it, 1000 at most; null: nothing.';
        COMMENT ON COLUMN media.changes.links IS
            'What used the file at the change, 1000 at most: [{"entity", "entityId", "role"}]; of link.added and link.removed, the link itself. Null: nothing.';
        """#

    /// A trigger's function that runs with the owner's rights can be bound to any table by whoever may execute it, and be given any row.
    private static let closedTriggers = #"""
        REVOKE EXECUTE ON FUNCTION media.note_file(), media.note_link(), media.note_upload(), media.keep_linked(), media.forget_kept()
            FROM PUBLIC;
        -- Like the functions that call them: a function of somebody else in another schema is never meant.
        ALTER FUNCTION media.stamp(integer) SET search_path = pg_catalog, pg_temp;
        """#
}
