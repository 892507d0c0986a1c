package import MediaCore

/// What is known of the time at a start, when the clock may have been wrong from the beginning: a board without a battery says 1970
/// until the network is there, a machine with a dead one says what it likes.
package struct ClockEvidence: Sendable {
    /// This machine's clock.
    package var wall: Timestamp
    /// The database's, which may be another machine.
    package var database: Timestamp
    /// When the database was last changed by a mediad; nil: never.
    package var newest: Timestamp?

    package init(wall: Timestamp, database: Timestamp, newest: Timestamp?) {
        self.wall = wall
        self.database = database
        self.newest = newest
    }

    /// Microseconds by which clocks may differ that are right.
    private static let tolerance: Int64 = 60_000_000

    /// What the expiry of uploads begins to count from; nil: from what the clock says.
    ///
    /// The database's time, where this machine's is ahead of it. Where both agree and more time than an upload is kept has passed
    /// since the last change, that time is left out: either it did not pass, or nobody could send anything while the daemon was
    /// away.
    /// - Parameter patience: how long an upload is kept.
    package func expiryBegin(keeping patience: Duration) -> Timestamp? {
        if self.wall.microseconds - self.database.microseconds > Self.tolerance { return self.database }
        guard let newest, self.wall.microseconds - newest.microseconds > patience.microseconds else { return nil }
        return newest
    }

    /// What an operator has to know; nil when nothing is wrong.
    package var warning: String? {
        let difference = self.wall.microseconds - self.database.microseconds
        if abs(difference) > Self.tolerance {
            return "The clocks of this machine and of the database differ; times of files are this machine's"
        }
        if let newest, newest.microseconds - self.wall.microseconds > Self.tolerance {
            return "The clock is behind the newest change that the database knows: it is wrong, or it was"
        }
        return nil
    }
}
