import ServiceSupport

extension Migration {
    /// Which storage root the database belongs to, and triggers that a full notification queue does not stop.
    ///
    /// `NOTIFY` fails the transaction that commits it when the server's queue is full, which one idle session that listens can
    /// cause. Caches are told by mediad itself to keep nothing while the queue is half full, so what is not announced beyond
    /// that misses nobody. `pg_notification_queue_usage()` also moves the queue's tail on.
    static let identity = Migration(
        number: 7,
        title: "identity of the tree; a full notification queue",
        script: #"""
            CREATE TABLE media.tree (
                identity text NOT NULL,
                is_only boolean NOT NULL DEFAULT true,
                paired_at timestamptz NOT NULL DEFAULT now(),
                CONSTRAINT tree_pkey PRIMARY KEY (is_only),
                CONSTRAINT tree_is_only_check CHECK (is_only),
                CONSTRAINT tree_identity_check CHECK (identity ~ '^[0-9a-f]{32}$')
            );
            COMMENT ON TABLE media.tree IS
                'mediad''s own: the storage root that these records belong to. One row.';
            COMMENT ON COLUMN media.tree.identity IS
                'The name that the root bears too, in its file identity. mediad refuses to start on another pair.';
            COMMENT ON COLUMN media.tree.is_only IS
                'Always true: there is one row at most.';
            COMMENT ON COLUMN media.tree.paired_at IS
                'When root and database became a pair.';

            CREATE OR REPLACE FUNCTION media.announce_change() RETURNS trigger LANGUAGE plpgsql AS $function$
            BEGIN
                IF pg_notification_queue_usage() > 0.75 THEN
                    RETURN NULL;
                END IF;
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
            COMMENT ON FUNCTION media.announce_change() IS
                'Notifies the channel media_changes of a new row of media.changes, unless the server''s queue is nearly full.';

            CREATE OR REPLACE FUNCTION media.announce_record() RETURNS trigger LANGUAGE plpgsql AS $function$
            BEGIN
                IF pg_notification_queue_usage() > 0.75 THEN
                    RETURN NULL;
                END IF;
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
                'Notifies the channel media_records of the path of a row of media.files that was changed or deleted, by whomever; an empty payload means all of them. For caches: events are in media.changes. Silent while the server''s queue is nearly full.';
            """#
    )
}
