import ServiceSupport

extension Migration {
    /// What writes the outbox, in the transaction of the change: one insert a change.
    static let feedTriggers = #"""
        -- With the rights of the schema's owner: whoever may change a file or a link need not be able to write the outbox.
        CREATE FUNCTION media.links_of(file uuid) RETURNS jsonb LANGUAGE sql STABLE AS $function$
            SELECT jsonb_agg(
                jsonb_build_object('entity', entity, 'entityId', entity_id, 'role', role) ORDER BY entity, entity_id, role
            )
            FROM media.links WHERE file_id = file
        $function$;
        COMMENT ON FUNCTION media.links_of(uuid) IS 'What uses a file, as media.changes.links has it; null: nothing.';

        CREATE FUNCTION media.note_file() RETURNS trigger LANGUAGE plpgsql
            SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
        DECLARE
            cause text := current_setting('media.cause', true);
        BEGIN
            IF TG_OP = 'TRUNCATE' THEN
                INSERT INTO media.outbox (kind, file_id, collection, name, path, owner, version, links)
                    SELECT 'file.deleted', id, collection, name, path, owner, version, media.links_of(id) FROM media.files
                    ORDER BY id;
                RETURN NULL;
            END IF;
            IF TG_OP = 'UPDATE' AND NEW.id = OLD.id THEN
                INSERT INTO media.outbox (kind, file_id, collection, name, path, previous_path, owner, version, links)
                    VALUES (
                        CASE WHEN NEW.sha256 <> OLD.sha256 OR NEW.path <> OLD.path THEN 'file.replaced' ELSE 'file.updated' END,
                        NEW.id, NEW.collection, NEW.name, NEW.path, nullif(OLD.path, NEW.path), NEW.owner, NEW.version,
                        media.links_of(NEW.id)
                    );
                RETURN NULL;
            END IF;
            -- A change of the id is a file less and another one more.
            IF TG_OP <> 'INSERT' THEN
                INSERT INTO media.outbox (kind, file_id, collection, name, path, owner, version, links)
                    VALUES (
                        CASE cause WHEN 'reaped' THEN 'file.reaped' ELSE 'file.deleted' END,
                        OLD.id, OLD.collection, OLD.name, OLD.path, OLD.owner, OLD.version,
                        coalesce((SELECT nullif(links, '[]') FROM media.trash WHERE id = OLD.id), media.links_of(OLD.id))
                    );
            END IF;
            IF TG_OP <> 'DELETE' THEN
                INSERT INTO media.outbox (kind, file_id, collection, name, path, owner, version)
                    VALUES (
                        CASE cause WHEN 'restored' THEN 'file.restored' ELSE 'file.created' END,
                        NEW.id, NEW.collection, NEW.name, NEW.path, NEW.owner, NEW.version
                    );
            END IF;
            RETURN NULL;
        END
        $function$;
        COMMENT ON FUNCTION media.note_file() IS
            'Writes each change of media.files to media.outbox, whoever makes it. SET LOCAL media.cause = ''restored'' or ''reaped'' says why a row comes or goes.';
        CREATE TRIGGER files_note AFTER INSERT OR DELETE ON media.files
            FOR EACH ROW EXECUTE FUNCTION media.note_file();
        CREATE TRIGGER files_note_update AFTER UPDATE ON media.files
            FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION media.note_file();
        CREATE TRIGGER files_note_truncate BEFORE TRUNCATE ON media.files
            FOR EACH STATEMENT EXECUTE FUNCTION media.note_file();

        CREATE FUNCTION media.note_link() RETURNS trigger LANGUAGE plpgsql
            SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
        BEGIN
            IF TG_OP = 'TRUNCATE' THEN
                INSERT INTO media.outbox (kind, file_id, collection, name, path, owner, version, links)
                    SELECT 'link.removed', f.id, f.collection, f.name, f.path, f.owner, f.version,
                        jsonb_build_array(jsonb_build_object('entity', l.entity, 'entityId', l.entity_id, 'role', l.role))
                    FROM media.links l JOIN media.files f ON f.id = l.file_id;
                RETURN NULL;
            END IF;
            IF TG_OP <> 'INSERT' THEN
                INSERT INTO media.outbox (kind, file_id, collection, name, path, owner, version, links)
                    SELECT 'link.removed', OLD.file_id, f.collection, f.name, f.path, f.owner, f.version,
                        jsonb_build_array(jsonb_build_object('entity', OLD.entity, 'entityId', OLD.entity_id, 'role', OLD.role))
                    FROM (VALUES (OLD.file_id)) AS link (file) LEFT JOIN media.files f ON f.id = link.file;
            END IF;
            IF TG_OP <> 'DELETE' THEN
                INSERT INTO media.outbox (kind, file_id, collection, name, path, owner, version, links)
                    SELECT 'link.added', NEW.file_id, f.collection, f.name, f.path, f.owner, f.version,
                        jsonb_build_array(jsonb_build_object('entity', NEW.entity, 'entityId', NEW.entity_id, 'role', NEW.role))
                    FROM (VALUES (NEW.file_id)) AS link (file) LEFT JOIN media.files f ON f.id = link.file;
            END IF;
            RETURN NULL;
        END
        $function$;
        COMMENT ON FUNCTION media.note_link() IS 'Writes each change of media.links to media.outbox, whoever makes it.';
        CREATE TRIGGER links_note AFTER INSERT OR DELETE ON media.links
            FOR EACH ROW EXECUTE FUNCTION media.note_link();
        CREATE TRIGGER links_note_update AFTER UPDATE ON media.links
            FOR EACH ROW WHEN ((OLD.entity, OLD.entity_id, OLD.role, OLD.file_id) IS DISTINCT FROM (NEW.entity, NEW.entity_id, NEW.role, NEW.file_id))
            EXECUTE FUNCTION media.note_link();
        CREATE TRIGGER links_note_truncate BEFORE TRUNCATE ON media.links
            FOR EACH STATEMENT EXECUTE FUNCTION media.note_link();

        CREATE FUNCTION media.note_upload() RETURNS trigger LANGUAGE plpgsql
            SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
        BEGIN
            INSERT INTO media.outbox (kind, collection, name, owner, upload_id, detail)
                VALUES ('upload.failed', NEW.collection, NEW.name, NEW.owner, NEW.id, NEW.problem ->> 'code');
            RETURN NULL;
        END
        $function$;
        COMMENT ON FUNCTION media.note_upload() IS 'Writes to media.outbox that an upload''s bytes could not become a file.';
        CREATE TRIGGER uploads_note AFTER UPDATE OF state ON media.uploads
            FOR EACH ROW WHEN (NEW.state = 'failed' AND OLD.state <> 'failed') EXECUTE FUNCTION media.note_upload();
        """#
}
