/// What gives changes their positions, and recognizes another history.
extension FeedSchema {
    /// Names the history that positions belong to: the cluster, its timeline, the database and the table.
    package var serverFunction: String {
        """
        CREATE FUNCTION \(self.schema).feed_server() RETURNS text LANGUAGE sql STABLE AS $function$
            SELECT concat_ws(
                '.',
                (SELECT system_identifier FROM pg_control_system()),
                CASE WHEN pg_is_in_recovery() THEN 'standby' ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END,
                (SELECT oid FROM pg_database WHERE datname = current_database()),
                to_regclass('\(self.schema).feed')::oid
            )
        $function$;
        """
    }

    /// Makes the name of a new epoch.
    package var epochFunction: String {
        """
        CREATE FUNCTION \(self.schema).draw_epoch() RETURNS text LANGUAGE sql VOLATILE AS $function$
            SELECT left(replace(gen_random_uuid()::text, '-', ''), 12)
        $function$;
        """
    }

    /// Gives committed changes their positions: whole transactions, in an order in which no change comes before one that it saw.
    package var stampFunction: String {
        """
        CREATE FUNCTION \(self.schema).stamp(batch integer DEFAULT 10000, OUT state text, OUT cursor text, OUT remaining bigint)
            LANGUAGE plpgsql SET enable_seqscan = off AS $function$
        DECLARE
            known \(self.schema).feed%ROWTYPE;
            here text;
            horizon xid8;
            unfinished xid8[];
        BEGIN
            IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
                RAISE EXCEPTION '\(self.schema).stamp() needs READ COMMITTED: with one snapshot for all statements, changes that are committed while it waits would lose their order'
                    USING ERRCODE = 'invalid_transaction_state';
            END IF;
            IF pg_current_xact_id_if_assigned() IS NOT NULL THEN
                RAISE EXCEPTION '\(self.schema).stamp() is called in a transaction of its own: this one has already written'
                    USING ERRCODE = 'invalid_transaction_state';
            END IF;
            remaining := 0;
            here := \(self.schema).feed_server();

            -- A look without a lock: most of the time there is nothing to do.
            SELECT * INTO STRICT known FROM \(self.schema).feed;
            IF known.server = here AND known.stamped IS NOT NULL THEN
                horizon := pg_snapshot_xmax(known.stamped);
                unfinished := array_append(ARRAY(SELECT pg_snapshot_xip(known.stamped)), known.stamper);
                IF NOT EXISTS (SELECT FROM \(self.schema).outbox WHERE tx >= horizon)
                    AND NOT EXISTS (SELECT FROM \(self.schema).outbox WHERE tx = ANY (unfinished)) THEN
                    state := 'nothing';
                    cursor := known.epoch || '.' || known.head;
                    RETURN;
                END IF;
            END IF;

            -- One stamper at a time. Who finds another one at work looks again soon: that one may have looked too early.
            SELECT * INTO known FROM \(self.schema).feed FOR UPDATE SKIP LOCKED;
            IF NOT FOUND THEN
                state := 'busy';
                RETURN;
            END IF;
            IF known.server <> here THEN
                known.epoch := \(self.schema).draw_epoch();
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
                    SELECT * FROM \(self.schema).outbox WHERE tx >= horizon
                    UNION ALL SELECT * FROM \(self.schema).outbox WHERE tx = ANY (unfinished) AND tx < horizon
                ) o
                WINDOW w AS (PARTITION BY o.tx)
            ), ordered AS MATERIALIZED (
                SELECT p.*, row_number() OVER (ORDER BY newest, id) - number AS earlier, count(*) OVER () AS total FROM pending p
            ), chosen AS MATERIALIZED (
                SELECT * FROM ordered WHERE earlier < greatest(batch, total / 8)
            ), taken AS (
                DELETE FROM \(self.schema).outbox o USING chosen c WHERE o.tx = c.tx AND o.id = c.id
            ), placed AS (
                INSERT INTO \(self.schema).changes (
        \(self.insertedColumns)
                )
        \(self.selectedColumns)
                FROM chosen ORDER BY earlier, number
            )
            UPDATE \(self.schema).feed SET
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
                PERFORM pg_notify('\(self.channel)', cursor);
            END IF;
        END
        $function$;
        """
    }

    private var insertedColumns: String {
        Self.wrapped(
            ["position", "last_of_transaction", "at"] + self.columns.map(\.name),
            after: "",
            margin: 12,
            indent: 12
        )
    }

    private var selectedColumns: String {
        Self.wrapped(
            ["known.head + earlier + number", "known.head + earlier + size", "at"] + self.columns.map(\.name),
            after: "SELECT",
            margin: 8,
            indent: 12
        )
    }

    /// A row of `feed` that is loaded from elsewhere begins an epoch.
    package var renewalFunction: String {
        """
        CREATE FUNCTION \(self.schema).renew_epoch() RETURNS trigger LANGUAGE plpgsql AS $function$
        BEGIN
            NEW.epoch := \(self.schema).draw_epoch();
            NEW.stamped := NULL;
            RETURN NEW;
        END
        $function$;
        """
    }

    /// The row of `feed`, and the trigger that renews one.
    package var beginning: String {
        """
        INSERT INTO \(self.schema).feed (epoch, server) VALUES (\(self.schema).draw_epoch(), \(self.schema).feed_server());
        CREATE TRIGGER feed_renew BEFORE INSERT ON \(self.schema).feed FOR EACH ROW EXECUTE FUNCTION \(self.schema).renew_epoch();
        """
    }
}
