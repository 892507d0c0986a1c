import ServiceSupport

extension Migration {
    /// What uses which file, and files that were deleted and can come back.
    static let links = Migration(
        number: 10,
        title: "links and the trash",
        script: [
            Self.linkTables, Self.linkFunctions, Self.trashTables, Self.deletion, Self.restoring, Self.references,
            Self.addresses,
        ].joined(separator: "\n")
    )

    private static let linkTables = #"""
        CREATE TABLE media.links (
            entity text NOT NULL,
            entity_id text NOT NULL,
            role text NOT NULL,
            file_id uuid NOT NULL,
            is_single boolean NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT links_pkey PRIMARY KEY (entity, entity_id, role, file_id),
            CONSTRAINT links_file_id_fkey FOREIGN KEY (file_id) REFERENCES media.files (id),
            CONSTRAINT links_entity_check CHECK (octet_length(entity) BETWEEN 1 AND 64 AND entity !~ '[/[:cntrl:]]'),
            CONSTRAINT links_entity_id_check CHECK (octet_length(entity_id) BETWEEN 1 AND 255 AND entity_id !~ '[[:cntrl:]]'),
            CONSTRAINT links_role_check CHECK (octet_length(role) BETWEEN 1 AND 64 AND role !~ '[/[:cntrl:]]')
        );
        CREATE INDEX links_file_id_idx ON media.links (file_id, entity, entity_id, role);
        CREATE UNIQUE INDEX links_single_idx ON media.links (entity, entity_id, role) WHERE is_single;

        COMMENT ON TABLE media.links IS
            'What uses a file, where that is no foreign key: (movie, 42, poster). A file that is linked cannot be deleted. Write it with media.link() and media.unlink().';
        COMMENT ON COLUMN media.links.entity IS 'The kind of thing that uses the file: movie.';
        COMMENT ON COLUMN media.links.entity_id IS 'Which one, as the application names it: 42.';
        COMMENT ON COLUMN media.links.role IS 'As what it uses the file: poster.';
        COMMENT ON COLUMN media.links.file_id IS 'The file.';
        COMMENT ON COLUMN media.links.is_single IS
            'Whether the entity has one file in this role, so that the next one takes its place, or many.';
        COMMENT ON COLUMN media.links.created_at IS 'When it was linked.';

        CREATE TABLE media.kept (
            file_id uuid NOT NULL,
            CONSTRAINT kept_pkey PRIMARY KEY (file_id)
        );
        COMMENT ON TABLE media.kept IS
            'mediad''s own: files that are never collected as unlinked (collectUnlinkedAfter), because something used them once or they came back from the trash.';
        COMMENT ON COLUMN media.kept.file_id IS 'media.files.id; no foreign key, with which every delete would need one statement more.';
        """#

    private static let linkFunctions = #"""
        CREATE FUNCTION media.keep_linked() RETURNS trigger LANGUAGE plpgsql
            SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
        BEGIN
            INSERT INTO media.kept (file_id) VALUES (NEW.file_id) ON CONFLICT DO NOTHING;
            RETURN NULL;
        END
        $function$;
        COMMENT ON FUNCTION media.keep_linked() IS 'Notes that a file was linked once.';
        CREATE TRIGGER links_keep AFTER INSERT ON media.links
            FOR EACH ROW EXECUTE FUNCTION media.keep_linked();

        CREATE FUNCTION media.forget_kept() RETURNS trigger LANGUAGE plpgsql
            SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
        BEGIN
            IF TG_OP = 'TRUNCATE' THEN
                DELETE FROM media.kept;
            ELSE
                DELETE FROM media.kept WHERE file_id = OLD.id;
            END IF;
            RETURN NULL;
        END
        $function$;
        COMMENT ON FUNCTION media.forget_kept() IS 'Deletes what media.kept says of files whose rows are gone.';
        CREATE TRIGGER files_forget_kept AFTER DELETE ON media.files
            FOR EACH ROW EXECUTE FUNCTION media.forget_kept();
        CREATE TRIGGER files_forget_kept_truncate AFTER TRUNCATE ON media.files
            FOR EACH STATEMENT EXECUTE FUNCTION media.forget_kept();

        CREATE FUNCTION media.link(
            file_id uuid, entity text, entity_id text, role text, single boolean DEFAULT NULL
        ) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
        DECLARE
            wants_single boolean := link.single;
        BEGIN
            -- Links of one role of one thing are made one after the other; the next statement sees what the one before has committed.
            PERFORM pg_advisory_xact_lock(
                hashtextextended(format('media.links %L %L %L', link.entity, link.entity_id, link.role), 0)
            );
            PERFORM 1 FROM media.files f WHERE f.id = link.file_id FOR KEY SHARE;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'There is no file with the id %.', link.file_id USING ERRCODE = 'no_data_found';
            END IF;
            IF wants_single IS NULL THEN
                SELECT coalesce(bool_or(l.is_single), false) INTO wants_single FROM media.links l
                WHERE l.entity = link.entity AND l.entity_id = link.entity_id AND l.role = link.role;
            END IF;
            IF wants_single THEN
                DELETE FROM media.links l
                WHERE l.entity = link.entity AND l.entity_id = link.entity_id AND l.role = link.role AND l.file_id <> link.file_id;
            ELSE
                UPDATE media.links l SET is_single = false
                WHERE l.entity = link.entity AND l.entity_id = link.entity_id AND l.role = link.role AND l.is_single;
            END IF;
            INSERT INTO media.links (entity, entity_id, role, file_id, is_single)
            VALUES (link.entity, link.entity_id, link.role, link.file_id, wants_single)
            ON CONFLICT ON CONSTRAINT links_pkey DO NOTHING;
            IF FOUND THEN
                RETURN true;
            END IF;
            UPDATE media.links l SET is_single = wants_single
            WHERE l.entity = link.entity AND l.entity_id = link.entity_id AND l.role = link.role
                AND l.file_id = link.file_id AND l.is_single <> wants_single;
            RETURN false;
        END
        $function$;
        COMMENT ON FUNCTION media.link(uuid, text, text, text, boolean) IS
            'Says that something uses a file: media.link(id, ''movie'', ''42'', ''poster''). True where that is new. single => true: the role has one file, and this one takes the place of another; false: it has many; null: as the role is, many at first. SQLSTATE P0002 where there is no such file.';

        CREATE FUNCTION media.unlink(file_id uuid, entity text, entity_id text, role text) RETURNS boolean
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
        BEGIN
            DELETE FROM media.links l
            WHERE l.file_id = unlink.file_id AND l.entity = unlink.entity AND l.entity_id = unlink.entity_id AND l.role = unlink.role;
            RETURN FOUND;
        END
        $function$;
        COMMENT ON FUNCTION media.unlink(uuid, text, text, text) IS 'Takes a link back. False where there was none.';

        CREATE FUNCTION media.unlink(entity text, entity_id text, role text DEFAULT NULL) RETURNS bigint
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
        DECLARE
            removed bigint;
        BEGIN
            DELETE FROM media.links l
            WHERE l.entity = unlink.entity AND l.entity_id = unlink.entity_id AND (unlink.role IS NULL OR l.role = unlink.role);
            GET DIAGNOSTICS removed = ROW_COUNT;
            RETURN removed;
        END
        $function$;
        COMMENT ON FUNCTION media.unlink(text, text, text) IS
            'Takes all links of something back, or those of one role, and tells how many they were.';

        REVOKE EXECUTE ON FUNCTION media.link(uuid, text, text, text, boolean), media.unlink(uuid, text, text, text),
            media.unlink(text, text, text) FROM PUBLIC;
        """#
}
