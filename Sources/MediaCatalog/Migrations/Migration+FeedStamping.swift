import ServiceSupport

extension Migration {
    /// What gives changes their positions, and recognizes another history. The proof of the order is in docs/decisions/0050.
    static let feedStamping = #"""
        CREATE FUNCTION media.feed_server() RETURNS text LANGUAGE sql STABLE AS $function$
            SELECT concat_ws(
                '.',
                (SELECT system_identifier FROM pg_control_system()),
                CASE WHEN pg_is_in_recovery() THEN 'standby' ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END,
                (SELECT oid FROM pg_database WHERE datname = current_database()),
                to_regclass('media.feed')::oid
            )
        $function$;
        COMMENT ON FUNCTION media.feed_server() IS
            'mediad''s own: the cluster, its timeline, the database and the table that a history of positions belongs to. A dump that was restored, or a server that took over, has another one.';

        CREATE FUNCTION media.draw_epoch() RETURNS text LANGUAGE sql VOLATILE AS $function$
            SELECT left(replace(gen_random_uuid()::text, '-', ''), 12)
        $function$;
        COMMENT ON FUNCTION media.draw_epoch() IS 'mediad''s own: the name of a new epoch.';

        CREATE FUNCTION media.stamp(batch integer DEFAULT 10000, OUT state text, OUT cursor text, OUT remaining bigint)
            LANGUAGE plpgsql SET enable_seqscan = off AS $function$
        DECLARE
            known media.feed%ROWTYPE;
            here text;
            horizon xid8;
            unfinished xid8[];
        BEGIN
            IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
                RAISE EXCEPTION 'media.stamp() needs READ COMMITTED: with one snapshot for all statements, changes that are committed while it waits would lose their order'
                    USING ERRCODE = 'invalid_transaction_state';
            END IF;
            IF pg_current_xact_id_if_assigned() IS NOT NULL THEN
                RAISE EXCEPTION 'media.stamp() is called in a transaction of its own: this one has already written'
                    USING ERRCODE = 'invalid_transaction_state';
            END IF;
            remaining := 0;
            here := media.feed_server();

            -- A look without a lock: most of the time there is nothing to do.
            SELECT * INTO STRICT known FROM media.feed;
            IF known.server = here AND known.stamped IS NOT NULL THEN
                horizon := pg_snapshot_xmax(known.stamped);
                unfinished := array_append(ARRAY(SELECT pg_snapshot_xip(known.stamped)), known.stamper);
                IF NOT EXISTS (SELECT FROM media.outbox WHERE tx >= horizon)
                    AND NOT EXISTS (SELECT FROM media.outbox WHERE tx = ANY (unfinished)) THEN
                    state := 'nothing';
                    cursor := known.epoch || '.' || known.head;
                    RETURN;
                END IF;
            END IF;

            -- One stamper at a time. Who finds another one at work looks again soon: that one may have looked too early.
            SELECT * INTO known FROM media.feed FOR UPDATE SKIP LOCKED;
            IF NOT FOUND THEN
                state := 'busy';
                RETURN;
            END IF;
            IF known.server <> here THEN
                known.epoch := media.draw_epoch();
                known.stamped := NULL;
            END IF;
            horizon := coalesce(pg_snapshot_xmax(known.stamped), '0'::xid8);
            unfinished := array_append(ARRAY(SELECT pg_snapshot_xip(known.stamped)), known.stamper);
            IF current_setting('synchronous_commit') = 'off' THEN
                -- What readers have seen must not be lost in a crash, or positions would be given twice.
                PERFORM set_config('synchronous_commit', 'local', true);
            END IF;

            -- The next statement, with a snapshot that is taken while the lock is held: it sees all that the stamper before saw, and more.
            WITH pending AS MATERIALIZED (
                SELECT o.*, max(o.id) OVER w AS newest, count(*) OVER w AS size,
                    row_number() OVER (PARTITION BY o.tx ORDER BY o.id) AS number
                FROM (
                    SELECT * FROM media.outbox WHERE tx >= horizon
                    UNION ALL SELECT * FROM media.outbox WHERE tx = ANY (unfinished) AND tx < horizon
                ) o
                WINDOW w AS (PARTITION BY o.tx)
            ), ordered AS MATERIALIZED (
                SELECT p.*, row_number() OVER (ORDER BY newest, id) - number AS earlier, count(*) OVER () AS total FROM pending p
            ), chosen AS MATERIALIZED (
                SELECT * FROM ordered WHERE earlier < greatest(batch, total / 8)
            ), taken AS (
                DELETE FROM media.outbox o USING chosen c WHERE o.tx = c.tx AND o.id = c.id
            ), placed AS (
                INSERT INTO media.changes (
                    position, last_of_transaction, at, kind, file_id, collection, name, path, previous_path, owner, version, links,
                    upload_id, detail
                )
                SELECT known.head + earlier + number, known.head + earlier + size, at, kind, file_id, collection, name, path,
                    previous_path, owner, version, links, upload_id, detail
                FROM chosen ORDER BY earlier, number
            )
            UPDATE media.feed SET
                epoch = known.epoch,
                server = here,
                head = known.head + (SELECT count(*) FROM chosen),
                stamped = CASE WHEN (SELECT count(*) FROM chosen) = (SELECT count(*) FROM ordered)
                    THEN pg_current_snapshot() ELSE known.stamped END,
                stamper = CASE WHEN (SELECT count(*) FROM chosen) = (SELECT count(*) FROM ordered)
                    THEN pg_current_xact_id() ELSE known.stamper END
            RETURNING epoch || '.' || head, (SELECT count(*) FROM ordered) - (SELECT count(*) FROM chosen) INTO cursor, remaining;
            state := 'stamped';

            -- A full queue fails whoever notifies; readers come by themselves within a second.
            IF pg_notification_queue_usage() < 0.75 THEN
                PERFORM pg_notify('media_feed', cursor);
            END IF;
        END
        $function$;
        COMMENT ON FUNCTION media.stamp(integer) IS
            'Gives the committed changes in media.outbox their positions in media.changes, whole transactions, in an order in which no change comes before one that it saw. In a transaction of its own, READ COMMITTED. Any daemon calls it; two at once do no harm.';

        CREATE FUNCTION media.renew_epoch() RETURNS trigger LANGUAGE plpgsql AS $function$
        BEGIN
            NEW.epoch := media.draw_epoch();
            NEW.stamped := NULL;
            RETURN NEW;
        END
        $function$;
        COMMENT ON FUNCTION media.renew_epoch() IS 'A row of media.feed that is loaded from elsewhere begins an epoch.';
        INSERT INTO media.feed (epoch, server) VALUES (media.draw_epoch(), media.feed_server());
        CREATE TRIGGER feed_renew BEFORE INSERT ON media.feed FOR EACH ROW EXECUTE FUNCTION media.renew_epoch();
        """#
}
