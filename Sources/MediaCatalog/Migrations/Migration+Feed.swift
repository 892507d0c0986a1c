import ServiceSupport

extension Migration {
    /// The feed of changes: every committed change gets a position, in one order, without gaps.
    ///
    /// The old log of changes goes: transactions committed in another order than they took its ids, so a reader lost changes.
    static let feed = Migration(
        number: 11,
        title: "the feed of changes",
        script: [Self.feedTables, Self.feedTriggers, Self.feedStamping].joined(separator: "\n")
    )

    /// The changes that have no position yet, those that have one, and where the feed begins and ends.
    private static let feedTables = #"""
        -- Nothing depends on the old log but those who read it by hand; its positions could not be followed without overlapping.
        DROP TABLE media.changes;
        DROP FUNCTION media.announce_change();
        DROP TRIGGER files_announce ON media.files;
        DROP TRIGGER files_announce_truncate ON media.files;
        DROP FUNCTION media.announce_record();

        \#(FeedSchema.media.outboxTable)
        COMMENT ON TABLE media.outbox IS
            'mediad''s own: changes that have no position yet. Triggers write them in the transaction of the change; media.stamp() moves them to media.changes.';
        COMMENT ON COLUMN media.outbox.tx IS 'The transaction that made the change.';
        COMMENT ON COLUMN media.outbox.id IS 'Rising within a transaction; not in the order of the commits.';
        COMMENT ON COLUMN media.outbox.at IS 'When the transaction began.';
        COMMENT ON COLUMN media.outbox.kind IS 'As in media.changes.';
        COMMENT ON COLUMN media.outbox.file_id IS 'As in media.changes.';
        COMMENT ON COLUMN media.outbox.collection IS 'As in media.changes.';
        COMMENT ON COLUMN media.outbox.name IS 'As in media.changes.';
        COMMENT ON COLUMN media.outbox.path IS 'As in media.changes.';
        COMMENT ON COLUMN media.outbox.previous_path IS 'As in media.changes.';
        COMMENT ON COLUMN media.outbox.owner IS 'As in media.changes.';
        COMMENT ON COLUMN media.outbox.version IS 'As in media.changes.';
        COMMENT ON COLUMN media.outbox.links IS 'As in media.changes.';
        COMMENT ON COLUMN media.outbox.upload_id IS 'As in media.changes.';
        COMMENT ON COLUMN media.outbox.detail IS 'As in media.changes.';

        \#(FeedSchema.media.changesTable)
        COMMENT ON TABLE media.changes IS
            'The feed: every committed change, in one order, without gaps. Read what lies behind your position: SELECT ... WHERE position > $1 ORDER BY position. A change appears after its commit; nothing ever appears behind a position that was seen. Old changes are pruned up to media.feed.floor.';
        COMMENT ON COLUMN media.changes.position IS
            'Number of the change, from 1, without gaps. With media.feed.epoch and a dot in front of it, it is the cursor of the API.';
        COMMENT ON COLUMN media.changes.last_of_transaction IS
            'The position of the last change of the same transaction: a reader that stops there has seen the transaction whole.';
        COMMENT ON COLUMN media.changes.at IS 'When the transaction that made the change began.';
        COMMENT ON COLUMN media.changes.stamped_at IS 'When the change got its position.';
        COMMENT ON COLUMN media.changes.kind IS
            'file.created, file.replaced (other bytes, or another path), file.updated (something else of the record), file.deleted, file.restored (from the trash), file.reaped (nothing used it), rendition.ready, upload.failed, link.added or link.removed.';
        COMMENT ON COLUMN media.changes.file_id IS
            'media.files.id; no foreign key, because the change outlives the file. Null: an upload that became none.';
        COMMENT ON COLUMN media.changes.collection IS 'The file''s collection.';
        COMMENT ON COLUMN media.changes.name IS 'Its name in the collection.';
        COMMENT ON COLUMN media.changes.path IS 'Its path after the change; of a deleted file, the path it had.';
        COMMENT ON COLUMN media.changes.previous_path IS 'file.replaced: the path before, when it was another one.';
        COMMENT ON COLUMN media.changes.owner IS 'Whose the file or upload is; null: nobody''s in particular.';
        COMMENT ON COLUMN media.changes.version IS 'The file''s version after the change; of a deleted file, the last one.';
        COMMENT ON COLUMN media.changes.links IS
            'What used the file at the change: [{"entity", "entityId", "role"}]; of link.added and link.removed, the link itself. Null: nothing.';
        COMMENT ON COLUMN media.changes.upload_id IS 'upload.failed: the upload.';
        COMMENT ON COLUMN media.changes.detail IS 'rendition.ready: the preset. upload.failed: the code of the problem.';

        \#(FeedSchema.media.feedTable)
        COMMENT ON TABLE media.feed IS 'Where the feed begins and ends. One row.';
        COMMENT ON COLUMN media.feed.epoch IS
            'The history that the positions belong to. Another one after a restore, a promotion, or in a new database.';
        COMMENT ON COLUMN media.feed.floor IS 'Changes up to here were pruned.';
        COMMENT ON COLUMN media.feed.head IS 'The position of the newest change.';
        COMMENT ON COLUMN media.feed.server IS 'mediad''s own: what media.feed_server() was when the epoch began.';
        COMMENT ON COLUMN media.feed.stamped IS
            'mediad''s own: all that this snapshot sees has its position. Null: nothing is known of it.';
        COMMENT ON COLUMN media.feed.stamper IS
            'mediad''s own: the transaction that stamped last; what it wrote afterwards has no position yet.';
        COMMENT ON COLUMN media.feed.is_only IS 'Always true: there is one row at most.';
        """#
}

extension FeedSchema {
    /// That of mediad's feed.
    static let media = FeedSchema(
        schema: "media",
        channel: "media_feed",
        columns: [
            Column("kind", "text", isRequired: true), Column("file_id", "uuid"), Column("collection", "text"),
            Column("name", "text"), Column("path", "text"), Column("previous_path", "text"), Column("owner", "text"),
            Column("version", "text"), Column("links", "jsonb"), Column("upload_id", "text"), Column("detail", "text"),
        ],
        check: """
            CONSTRAINT changes_kind_check CHECK (kind IN (
                'file.created', 'file.replaced', 'file.updated', 'file.deleted', 'file.restored', 'file.reaped',
                'rendition.ready', 'upload.failed', 'link.added', 'link.removed'
            ))
            """
    )
}
