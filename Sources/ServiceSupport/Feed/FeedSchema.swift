/// The tables and functions of a feed of changes in one schema: every committed change gets a position, in one order, without gaps.
///
/// Programs write what changed to `outbox`, in the transaction of the change. `stamp()` moves committed rows to `changes` and gives them
/// their positions; `feed` has one row with the bounds and the epoch. The proof of the order is in docs/decisions/0050.
///
/// ```swift
/// let feed = FeedSchema(
///     schema: "app", channel: "app_feed", columns: [.init("kind", "text", isRequired: true)], check: nil
/// )
/// let script = [feed.outboxTable, feed.changesTable, feed.feedTable, feed.stamping].joined(separator: "\n")
/// ```
///
/// A migration that was applied does not change any more: neither does what this renders for the same values.
package struct FeedSchema: Sendable {
    /// A column of a change.
    package struct Column: Hashable, Sendable {
        package var name: String
        package var type: String
        package var isRequired: Bool

        package init(_ name: String, _ type: String, isRequired: Bool = false) {
            self.name = name
            self.type = type
            self.isRequired = isRequired
        }

        var definition: String { "\(self.name) \(self.type)\(self.isRequired ? " NOT NULL" : "")" }
    }

    /// The name of the schema: a plain identifier.
    package var schema: String
    /// What `stamp()` notifies, with the new head as a cursor.
    package var channel: String
    /// What a change says, in the order of the tables.
    package var columns: [Column]
    /// A constraint of `changes` on these columns, whole, from its `CONSTRAINT` on; nil: none.
    package var check: String?

    package init(schema: String, channel: String, columns: [Column], check: String?) {
        self.schema = schema
        self.channel = channel
        self.columns = columns
        self.check = check
    }

    /// Committed and other changes that have no position yet.
    package var outboxTable: String {
        """
        CREATE TABLE \(self.schema).outbox (
            tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
            -- CACHE 1: a session that kept numbers would hand them out of order.
            id bigint NOT NULL GENERATED ALWAYS AS IDENTITY (CACHE 1),
            at timestamptz NOT NULL DEFAULT now(),
            \(self.definitions)
            CONSTRAINT outbox_pkey PRIMARY KEY (tx, id)
        ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, vacuum_truncate = off);
        """
    }

    /// Changes that have one.
    package var changesTable: String {
        """
        CREATE TABLE \(self.schema).changes (
            position bigint NOT NULL,
            last_of_transaction bigint NOT NULL,
            at timestamptz NOT NULL,
            stamped_at timestamptz NOT NULL DEFAULT now(),
            \(self.definitions)
            CONSTRAINT changes_pkey PRIMARY KEY (position),
        \(self.check.map { Self.indented($0, by: 4) + ",\n" } ?? "")\
            CONSTRAINT changes_last_of_transaction_check CHECK (last_of_transaction >= position)
        ) WITH (autovacuum_vacuum_insert_scale_factor = 0.05);
        """
    }

    /// Where the feed begins and ends.
    package var feedTable: String {
        """
        CREATE TABLE \(self.schema).feed (
            epoch text NOT NULL,
            floor bigint NOT NULL DEFAULT 0,
            head bigint NOT NULL DEFAULT 0,
            server text NOT NULL,
            stamped pg_snapshot,
            stamper xid8,
            is_only boolean NOT NULL DEFAULT true,
            CONSTRAINT feed_pkey PRIMARY KEY (is_only),
            CONSTRAINT feed_is_only_check CHECK (is_only),
            CONSTRAINT feed_epoch_check CHECK (epoch ~ '^[a-z0-9]{1,32}$'),
            CONSTRAINT feed_bounds_check CHECK (0 <= floor AND floor <= head)
        ) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
        """
    }

    private var definitions: String { self.columns.map { "    \($0.definition),\n" }.joined().trimmedOnce }

    static func indented(_ text: String, by count: Int) -> String {
        let margin = String(repeating: " ", count: count)
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : margin + $0 }
            .joined(separator: "\n")
    }

    /// Words with commas between them, in lines of at most ``lineLength`` characters, those behind the first one indented.
    ///
    /// - Parameters:
    ///   - start: what stands in front of the words.
    ///   - margin: of all lines.
    static func wrapped(_ words: [String], after start: String, margin: Int, indent: Int) -> String {
        var lines: [String] = []
        var line = String(repeating: " ", count: margin) + start
        for (index, word) in words.enumerated() {
            let piece = word + (index + 1 < words.count ? "," : "")
            let separator = line.hasSuffix(" ") || line.isEmpty ? "" : " "
            if line.count + separator.count + piece.count > Self.lineLength {
                lines.append(line)
                line = String(repeating: " ", count: indent) + piece
            } else {
                line += separator + piece
            }
        }
        lines.append(line)
        return lines.joined(separator: "\n")
    }

    private static let lineLength = 124
}

extension String {
    /// Without the indent of the first line and the last line feed: those stand in the text around it.
    fileprivate var trimmedOnce: String { String(self.dropFirst(4).dropLast()) }
}
