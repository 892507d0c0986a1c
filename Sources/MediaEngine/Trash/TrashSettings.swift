/// How long deleted files are kept. Every field is a configuration key (`trash.*`).
package struct TrashSettings: Sendable {
    /// How long they can be restored; zero: they are gone at once.
    package var retention: Duration
    /// Pause between two looks at what expired, and at what nothing uses.
    package var sweepInterval: Duration

    /// What is not given is as the documentation says.
    package init(retention: Duration = .seconds(30 * 86400), sweepInterval: Duration = .seconds(60)) {
        self.retention = retention
        self.sweepInterval = sweepInterval
    }
}
