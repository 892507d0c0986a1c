import ServiceSupport

extension Migration {
    /// The feed of changes: the same as mediad's, in this schema, with ids and versions only, so that deleting a record erases it.
    static let sync = Migration(
        number: 7,
        title: "the feed of changes",
        script: [
            FeedSchema.films.outboxTable, Self.outboxComments, FeedSchema.films.changesTable, Self.changesComments,
            FeedSchema.films.feedTable, Self.feedComments, FeedSchema.films.serverFunction,
            FeedSchema.films.epochFunction, FeedSchema.films.stampFunction, FeedSchema.films.renewalFunction,
            Self.functionComments, FeedSchema.films.beginning, Self.noteFunction,
        ].joined(separator: "\n")
    )

    private static let outboxComments = #"""
        COMMENT ON TABLE films.outbox IS
            'Changes that have no position yet. films.note() writes them in the transaction of the change; films.stamp() moves them to films.changes.';
        COMMENT ON COLUMN films.outbox.tx IS 'The transaction that made the change.';
        COMMENT ON COLUMN films.outbox.id IS 'Rising within a transaction; not in the order of the commits.';
        COMMENT ON COLUMN films.outbox.at IS 'When the transaction began.';
        """#

    private static let changesComments = #"""
        COMMENT ON TABLE films.changes IS
            'The feed: every committed change, in one order, without gaps. It has no content of any record.';
        COMMENT ON COLUMN films.changes.position IS
            'Number of the change, from 1, without gaps. With films.feed.epoch and a dot in front of it, it is the cursor of the API.';
        COMMENT ON COLUMN films.changes.last_of_transaction IS 'The position of the last change of the same transaction.';
        COMMENT ON COLUMN films.changes.at IS 'When the transaction that made the change began.';
        COMMENT ON COLUMN films.changes.stamped_at IS 'When the change got its position.';
        COMMENT ON COLUMN films.changes.entity IS 'movie, comment, playlist, history, conflict or account.';
        COMMENT ON COLUMN films.changes.record_id IS 'Of what changed; of history the film''s.';
        COMMENT ON COLUMN films.changes.version IS 'The record''s version after the change.';
        COMMENT ON COLUMN films.changes.audience IS 'The account that alone may see it; null: everybody who is signed in.';
        COMMENT ON COLUMN films.changes.change IS 'created, updated or deleted.';
        """#

    private static let feedComments = #"""
        COMMENT ON TABLE films.feed IS 'Where the feed begins and ends. One row.';
        COMMENT ON COLUMN films.feed.epoch IS
            'The history that the positions belong to. Another one after a restore, a promotion, or in a new database.';
        COMMENT ON COLUMN films.feed.floor IS 'Changes up to here were pruned.';
        COMMENT ON COLUMN films.feed.head IS 'The position of the newest change.';
        COMMENT ON COLUMN films.feed.server IS 'What films.feed_server() was when the epoch began.';
        COMMENT ON COLUMN films.feed.stamped IS 'All that this snapshot sees has its position. Null: nothing is known of it.';
        COMMENT ON COLUMN films.feed.stamper IS 'The transaction that stamped last; what it wrote afterwards has no position yet.';
        COMMENT ON COLUMN films.feed.is_only IS 'Always true: there is one row at most.';
        """#

    private static let functionComments = #"""
        COMMENT ON FUNCTION films.feed_server() IS
            'The cluster, its timeline, the database and the table that a history of positions belongs to.';
        COMMENT ON FUNCTION films.draw_epoch() IS 'The name of a new epoch.';
        COMMENT ON FUNCTION films.stamp(integer) IS
            'Gives the committed changes in films.outbox their positions in films.changes. In a transaction of its own, READ COMMITTED. Any process calls it; two at once do no harm.';
        COMMENT ON FUNCTION films.renew_epoch() IS 'A row of films.feed that is loaded from elsewhere begins an epoch.';
        """#

    /// Until here it did nothing.
    private static let noteFunction = #"""
        DROP FUNCTION IF EXISTS films.note(text, uuid, bigint, uuid, text);
        CREATE FUNCTION films.note(entity text, id uuid, version bigint, audience uuid, change text)
            RETURNS void LANGUAGE sql AS $function$
            INSERT INTO films.outbox (entity, record_id, version, audience, change) VALUES ($1, $2, $3, $4, $5)
        $function$;
        COMMENT ON FUNCTION films.note(text, uuid, bigint, uuid, text) IS
            'Says in the transaction of a change that a record was created, updated or deleted. audience: the account that alone may see it; null: everybody who is signed in.';
        """#
}

extension FeedSchema {
    /// That of the film application.
    static let films = FeedSchema(
        schema: "films",
        channel: "films_feed",
        columns: [
            Column("entity", "text", isRequired: true), Column("record_id", "uuid", isRequired: true),
            Column("version", "bigint"), Column("audience", "uuid"), Column("change", "text", isRequired: true),
        ],
        check: "CONSTRAINT changes_change_check CHECK (change IN ('created', 'updated', 'deleted'))"
    )
}
