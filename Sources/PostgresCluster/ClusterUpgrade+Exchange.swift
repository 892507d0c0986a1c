/// How new files take the place of the old ones, so that a crash at any instant loses neither.
extension ClusterUpgrade {
    static func work(_ home: ClusterHome) -> String {
        "\(home.directory)/\(ClusterInitializer.unfinishedPrefix)-upgrade"
    }

    /// Where new files wait for the exchange, and for a moment afterwards the old ones. No start sweeps it.
    static func waiting(_ home: ClusterHome) -> String { "\(home.directory)/data.upgraded" }

    /// Where the files of a version are kept.
    static func place(ofVersion version: Int, _ home: ClusterHome) throws -> String {
        let place = "\(home.directory)/data-\(version)"
        guard FileOperations.status(place) == nil else {
            throw PostgresClusterError(.fileSystem, "\(place) is in the way; move it, then run the command again")
        }
        return place
    }

    func exchange(_ home: ClusterHome, keeping kept: String) throws {
        let waiting = Self.waiting(home)
        try FileOperations.rename("\(Self.work(home))/data", to: waiting)
        try FileOperations.exchange(waiting, home.dataDirectory)
        try FileOperations.rename(waiting, to: kept)
        try FileOperations.removeTree(Self.work(home))
    }

    /// Ends what a crash interrupted around the exchange: old files get the name under which they are kept, new ones that nobody has used
    /// are removed.
    /// - Returns: nil where no exchange had happened.
    func finishExchange(_ home: ClusterHome) throws -> Outcome? {
        let waiting = Self.waiting(home)
        guard FileOperations.status(waiting) != nil else { return nil }
        guard let version = PostgresBinaries.majorVersion(ofDataDirectory: waiting),
            let present = PostgresBinaries.majorVersion(ofDataDirectory: home.dataDirectory), version != present
        else {
            throw PostgresClusterError(.fileSystem, "\(waiting) is in the way; move it, then run the command again")
        }
        guard version < present else {
            try Self.discard(waiting, home)
            return nil
        }
        let kept = try Self.place(ofVersion: version, home)
        try FileOperations.rename(waiting, to: kept)
        return Outcome(old: version, new: present, kept: kept)
    }

    /// Removes files that nobody has used, under a name that every start sweeps: what a crash leaves of them is never taken for a copy.
    private static func discard(_ waiting: String, _ home: ClusterHome) throws {
        let unused = "\(home.directory)/\(ClusterInitializer.unfinishedPrefix)-unused"
        try FileOperations.removeTree(unused)
        try FileOperations.rename(waiting, to: unused)
        try FileOperations.removeTree(unused)
    }
}
