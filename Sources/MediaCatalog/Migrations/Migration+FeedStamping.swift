import ServiceSupport

extension Migration {
    /// What gives changes their positions, and recognizes another history. The proof of the order is in docs/decisions/0050.
    static let feedStamping = #"""
        \#(FeedSchema.media.serverFunction)
        COMMENT ON FUNCTION media.feed_server() IS
            'mediad''s own: the cluster, its timeline, the database and the table that a history of positions belongs to. A dump that was restored, or a server that took over, has another one.';

        \#(FeedSchema.media.epochFunction)
        COMMENT ON FUNCTION media.draw_epoch() IS 'mediad''s own: the name of a new epoch.';

        \#(FeedSchema.media.stampFunction)
        COMMENT ON FUNCTION media.stamp(integer) IS
            'Gives the committed changes in media.outbox their positions in media.changes, whole transactions, in an order in which no change comes before one that it saw. In a transaction of its own, READ COMMITTED. Any daemon calls it; two at once do no harm.';

        \#(FeedSchema.media.renewalFunction)
        COMMENT ON FUNCTION media.renew_epoch() IS 'A row of media.feed that is loaded from elsewhere begins an epoch.';
        \#(FeedSchema.media.beginning)
        """#
}
