import ServiceSupport

extension Migration {
    /// Notifications also of changes that are made past mediad.
    static let records = Migration(
        number: 3,
        title: "changes by hand are heard",
        script: #"""
            CREATE FUNCTION media.announce_record() RETURNS trigger LANGUAGE plpgsql AS $function$
            BEGIN
                IF TG_OP = 'TRUNCATE' THEN
                    PERFORM pg_notify('media_records', '');
                    RETURN NULL;
                END IF;
                PERFORM pg_notify('media_records', OLD.path);
                IF TG_OP = 'UPDATE' AND NEW.path <> OLD.path THEN
                    PERFORM pg_notify('media_records', NEW.path);
                END IF;
                RETURN NULL;
            END
            $function$;
            COMMENT ON FUNCTION media.announce_record() IS
                'Notifies the channel media_records of the path of a row of media.files that was changed or deleted, by whomever; an empty payload means all of them. For caches: events are in media.changes.';
            CREATE TRIGGER files_announce AFTER UPDATE OR DELETE ON media.files
                FOR EACH ROW EXECUTE FUNCTION media.announce_record();
            CREATE TRIGGER files_announce_truncate AFTER TRUNCATE ON media.files
                FOR EACH STATEMENT EXECUTE FUNCTION media.announce_record();
            """#
    )
}
