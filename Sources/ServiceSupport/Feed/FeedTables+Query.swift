import Postgres

extension FeedTables {
    /// One page: a row for each change, or one row without a change.
    ///
    /// `far` is how far the page looks, and `whole` the end of the last transaction up to there, null when that one is larger than a page;
    /// `page_end` is where the page ends. The changes are read by their positions, which have no gaps.
    ///
    /// The planner cannot know how few changes lie between two positions that it is given later. So the ends are worked out once
    /// (`MATERIALIZED`), and the changes are read between them (`OFFSET 0`: with a condition that it takes for a rare one it would rather
    /// read all of them, seconds where there are millions).
    func query(after position: Int64?, limit: Int, isWhole: Bool, of selection: FeedSelection) -> PostgresQuery {
        """
        WITH known AS MATERIALIZED ( \
        SELECT epoch, floor, head, server = \(identifier: self.schema).feed_server() AS is_present, \
        coalesce(\(nullable: position), floor) AS start, \
        least(greatest(coalesce(\(nullable: position), floor), floor), head) + \(self.window) AS far \
        FROM \(identifier: self.schema).feed \
        ), reach AS MATERIALIZED (\(fragment: self.reach(isWhole: isWhole))), page AS MATERIALIZED ( \
        SELECT reach.*, coalesce((SELECT CASE WHEN whole IS NULL THEN c.position ELSE c.last_of_transaction END \
        FROM \(identifier: self.schema).changes c \
        WHERE c.position > start AND c.position <= coalesce(whole, far) AND \(fragment: selection.condition) \
        ORDER BY c.position OFFSET \(limit - 1) LIMIT 1), whole, least(far, head)) AS page_end FROM reach) \
        SELECT page.epoch, page.floor, page.head, page.is_present, page.page_end, \(fragment: selection.columns) \
        FROM page LEFT JOIN LATERAL (SELECT * FROM \(identifier: self.schema).changes c \
        WHERE c.position > page.start AND c.position <= page.page_end AND \(fragment: selection.condition) \
        ORDER BY c.position OFFSET 0) AS c ON true \(fragment: selection.lookups) ORDER BY c.position
        """
    }

    /// The transaction that lies across `far` is looked at to its end if that is not too far, and left out otherwise.
    private func reach(isWhole: Bool) -> PostgresQuery {
        guard isWhole else { return "SELECT known.*, NULL::bigint AS whole FROM known" }
        return """
            SELECT known.*, CASE WHEN last <= far + \(self.window) THEN last \
            ELSE (SELECT c.position FROM \(identifier: self.schema).changes c \
            WHERE c.position > start AND c.position < far AND c.last_of_transaction < far ORDER BY c.position DESC LIMIT 1) \
            END AS whole FROM known, LATERAL (SELECT coalesce((SELECT last_of_transaction \
            FROM \(identifier: self.schema).changes WHERE position = far), head) AS last) AS crossing
            """
    }
}
