package import MediaCore

/// Compares tree and catalog, file by file, and repairs what can be repaired without losing anything.
///
/// Works beside a running daemon: a file found in disagreement is looked at again, because a commit may be passing by.
package struct FsckService: Sendable {
    private let catalog: any Catalog
    private let staging: any Staging
    private let tree: any FileTree
    private let recovery: RecoveryService
    private let adoption: AdoptionService
    private let trash: TrashCheck
    private let options: Options

    /// How thorough a run is, and what it may change.
    package struct Options: Sendable {
        /// Repair what can be repaired safely.
        package var repair: Bool
        /// Compare sizes and times only, without reading every byte.
        package var quick: Bool
        /// With repair: drop the records of files that are gone.
        package var forgetMissing: Bool

        /// All options have to be named: none has a default that an operator could be surprised by.
        package init(repair: Bool, quick: Bool, forgetMissing: Bool) {
            self.repair = repair
            self.quick = quick
            self.forgetMissing = forgetMissing
        }
    }

    /// - Parameters:
    ///   - recovery: finds what dead processes left, and settles it when repairing.
    ///   - trash: compares the trash with its entries.
    ///   - adoption: records what lies in the tree, when repairing.
    package init(
        catalog: any Catalog,
        staging: any Staging,
        tree: any FileTree,
        recovery: RecoveryService,
        adoption: AdoptionService,
        trash: TrashCheck,
        options: Options
    ) {
        self.catalog = catalog
        self.staging = staging
        self.tree = tree
        self.recovery = recovery
        self.adoption = adoption
        self.trash = trash
        self.options = options
    }

    /// Checks everything.
    /// - Returns: the number of findings that are not repaired.
    package func run(report: (Finding) async throws -> Void) async throws -> Int {
        var open = 0
        func tell(_ finding: Finding?) async throws {
            guard let finding else { return }
            if !finding.isRepaired { open += 1 }
            try await report(finding)
        }
        for finding in try await self.checkDeadProcesses() { try await tell(finding) }
        var cursor: MediaID?
        while true {
            let files = try await self.catalog.files(matching: FileFilter(), before: cursor, limit: 500)
            for file in files { try await tell(try await self.check(file)) }
            guard let last = files.last else { break }
            cursor = last.id
        }
        for try await entry in self.tree.entries(under: nil) { try await tell(try await self.check(entry)) }
        for finding in try await self.trash.run(self.options) { try await tell(finding) }
        // Left-over thumbnails are no disagreement; the daemon removes them when it starts.
        if self.options.repair {
            for prefix in try await self.recovery.sweepRenditions(isBounded: false) {
                try await tell(
                    Finding(
                        .stale,
                        "renditions/\(prefix)",
                        "thumbnails of bytes that no record has any more",
                        isRepaired: true
                    )
                )
            }
        }
        return open
    }

    // MARK: What dead processes left

    private func checkDeadProcesses() async throws(MediaError) -> [Finding] {
        let intents = try await self.recovery.deadIntents()
        // An empty folder is what a crash leaves of an idle daemon: nothing to speak of, and swept at the next start.
        let owners = try await self.staging.deadOwners().filter { $0.stagedFiles > 0 }
        if self.options.repair { try await self.recovery.recover() }
        var findings: [Finding] = []
        for intent in intents {
            let reason =
                intent.owner == CommitIntent.sqlOwner
                ? "deleted with media.delete(); a daemon takes it out of the tree" : "a commit was cut off by a crash"
            var finding = Finding(.unfinished, intent.file.path.text, reason)
            if self.options.repair { finding.isRepaired = try await !self.catalog.isOpen(intent) }
            findings.append(finding)
        }
        for owner in owners {
            var finding = Finding(
                .leftover,
                "staging/\(owner.name)",
                "a process that is gone left \(owner.stagedFiles) staged files"
            )
            if self.options.repair { finding.isRepaired = try await !self.staging.ownerExists(owner.name) }
            findings.append(finding)
        }
        return findings
    }

    // MARK: Records

    private func check(_ file: MediaFile) async throws(MediaError) -> Finding? {
        guard let first = try await self.compare(file) else { return nil }
        // A commit may have passed between reading the record and opening the file: only what stays wrong is a finding.
        guard try await !self.catalog.hasOpenIntent(on: file.path), let again = try await self.catalog.file(id: file.id)
        else { return nil }
        let finding = again == file ? first : try await self.compare(again)
        guard let finding, self.options.repair else { return finding }
        return try await self.repair(finding, of: again)
    }

    private func compare(_ file: MediaFile) async throws(MediaError) -> Finding? {
        do throws(MediaError) {
            return try await self.compareReadable(file)
        } catch  where error.code == .storageUnavailable {
            return Finding(.unreadable, file.path.text, "the file cannot be read: \(error)")
        }
    }

    private func compareReadable(_ file: MediaFile) async throws(MediaError) -> Finding? {
        let path = file.path.text
        let content: Content
        do throws(MediaError) {
            content = try await self.tree.open(file.path)
        } catch  where error.code == .notFound {
            guard try await !self.trash.hasBytes(of: file) else {
                return Finding(
                    .missing,
                    path,
                    "its bytes lie in trash/\(file.id), as after a database was restored; --repair puts them back"
                )
            }
            return Finding(
                .missing,
                path,
                """
                the record has no file (\(error.message)). Restore it from a backup, or drop the record with \
                "mediad fsck --repair --forget-missing"
                """
            )
        }
        let isSameTime = content.identity == file.version.identity
        if isSameTime, self.options.quick { return nil }
        if content.size == file.version.size, try await self.tree.digest(of: content) == file.version.digest {
            return isSameTime ? nil : Finding(.touched, path, "right bytes, other modification time than recorded")
        }
        if isSameTime {
            return Finding(
                .damaged,
                path,
                "the bytes are not the recorded ones although the file claims to be unchanged. Restore it from a backup"
            )
        }
        return Finding(
            .changed,
            path,
            "the file was changed behind the catalog's back; --repair records what lies there now"
        )
    }

    private func repair(_ finding: Finding, of file: MediaFile) async throws(MediaError) -> Finding {
        var finding = finding
        switch finding.kind {
        case .touched, .changed:
            switch try await self.adoption.adopt(file.path) {
            case .recorded, .alreadyRecorded: finding.isRepaired = true
            case .skipped(let reason): finding.explanation += "; not recorded: \(reason)"
            }
        case .missing where try await self.trash.hasBytes(of: file):
            try await self.trash.putBack(file)
            finding.isRepaired = true
        case .missing where self.options.forgetMissing:
            do throws(MediaError) {
                try await self.catalog.forget(file)
                finding.isRepaired = true
            } catch  where error.code == .fileReferenced {
                finding.explanation += "; not dropped: \(error.message)"
            }
        default: break
        }
        return finding
    }

    // MARK: The tree

    private func check(_ entry: TreeEntry) async throws(MediaError) -> Finding? {
        switch entry {
        case .foreign(let path, let reason): return Finding(.foreign, path, reason)
        case .file(let path, _):
            guard try await !self.isKnown(path) else { return nil }
            var finding = Finding(.unrecorded, path.text, "the catalog has no record of it; --repair records it")
            guard self.options.repair else { return finding }
            switch try await self.adoption.adopt(path) {
            case .recorded, .alreadyRecorded: finding.isRepaired = true
            case .skipped(let reason): finding.explanation = "the catalog has no record of it: \(reason)"
            }
            return finding
        }
    }

    private func isKnown(_ path: MediaPath) async throws(MediaError) -> Bool {
        // In this order a commit that passes by is seen either as an intent or as a record.
        if try await self.catalog.hasOpenIntent(on: path) { return true }
        if try await self.catalog.file(path: path) != nil { return true }
        // Or it was deleted since the folder was read.
        do throws(MediaError) {
            _ = try await self.tree.open(path)
            return false
        } catch  where error.code == .notFound {
            return true
        }
    }
}
