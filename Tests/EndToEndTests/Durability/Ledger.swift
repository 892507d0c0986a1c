import MediaTesting
import Testing

/// What the clients of a daemon that may die at any instant know: for each name what was acknowledged last, and what was sent
/// since without an answer.
struct Ledger: Sendable {
    /// A state that a name may be in: the digest of its bytes, nil for nothing.
    typealias State = String?

    struct Entry: Sendable {
        var acknowledged: State
        /// Requests that got no answer: each may have happened, or not.
        var inDoubt: [State] = []
    }

    private(set) var entries: [String: Entry] = [:]

    /// The name now has these bytes (nil: was deleted), and the client was told so.
    mutating func acknowledge(_ name: String, _ state: State) { entries[name] = Entry(acknowledged: state) }

    /// A request was sent and no answer came.
    mutating func doubt(_ name: String, _ state: State) {
        entries[name, default: Entry(acknowledged: nil)].inDoubt.append(state)
    }

    mutating func merge(_ other: Ledger) { entries.merge(other.entries) { $1 } }

    /// Looks at every name through the daemon and on the disk: what was acknowledged is there, byte for byte; what was not is
    /// there whole, or not at all; tree, catalog and answers agree.
    ///
    /// - Returns: the ledger with all doubts removed.
    func settled(
        by daemon: DaemonProcess,
        in collection: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Ledger {
        var ledger = Ledger()
        let tree = daemon.site.filesInTree
        let listed = try await daemon.records(in: collection)
        for (name, entry) in entries {
            let prefix = "\(collection)/\(name)."
            let found = tree.filter { $0.hasPrefix(prefix) }
            let records = listed.filter { $0.path.hasPrefix(prefix) }
            #expect(found.count <= 1, "\(name) has \(found)", sourceLocation: sourceLocation)
            #expect(records.map(\.path) == found, "\(name): catalog and tree differ", sourceLocation: sourceLocation)
            let state = records.first?.sha256
            let isAllowed = state == entry.acknowledged || entry.inDoubt.contains(state)
            #expect(isAllowed, "\(name) is \(state ?? "gone"), known was \(entry)", sourceLocation: sourceLocation)
            if let record = records.first {
                daemon.site.expectInTree(record, sourceLocation: sourceLocation)
                let answer = try await daemon.request("GET", record.url)
                #expect(answer.status == 200, "\(name)", sourceLocation: sourceLocation)
                #expect(Samples.sha256(answer.body) == record.sha256, "\(name)", sourceLocation: sourceLocation)
            }
            ledger.acknowledge(name, state)
        }
        #expect(tree.count == listed.count, "\(tree) \(listed.map(\.path))", sourceLocation: sourceLocation)
        // Thumbnails in the making are staged as well, for a moment.
        let isSwept = try await eventually { daemon.site.filesInStaging.isEmpty }
        #expect(isSwept, "\(daemon.site.filesInStaging)", sourceLocation: sourceLocation)
        return ledger
    }
}

extension DaemonProcess {
    /// All records of a collection, page after page.
    func records(in collection: String) async throws -> [Record] {
        var records: [Record] = []
        var cursor: String?
        repeat {
            let answer = try await request(
                "GET",
                "/api/media?collection=\(collection)&limit=50" + (cursor.map { "&cursor=\($0)" } ?? "")
            )
            #expect(answer.status == 200, "\(answer.text)")
            let page = try JSONValue(parsing: answer.body)
            records += try #require(page["files"]?.array).map { try Record($0) }
            cursor = page["nextCursor"]?.string
        } while cursor != nil
        return records
    }
}

extension DaemonSite {
    /// Checks that `mediad fsck` has nothing to say.
    func expectClean(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let fsck = try await run(["fsck"])
        #expect(fsck.ending == .exited(0), "\(fsck.text)\n\(fsck.errors)", sourceLocation: sourceLocation)
        #expect(fsck.findings.isEmpty, "\(fsck.text)", sourceLocation: sourceLocation)
    }
}

extension ChildProcess.Outcome {
    /// The lines of `mediad fsck` that are findings: a kind, a place, an explanation.
    var findings: [String] {
        let kinds = [
            "missing", "changed", "damaged", "touched", "unrecorded", "foreign", "unfinished", "leftover", "stale",
            "unreadable",
        ]
        return lines.filter { line in kinds.contains { line.hasPrefix("\($0) ") } }
    }
}
