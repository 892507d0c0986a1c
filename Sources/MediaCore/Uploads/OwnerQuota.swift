/// How much one owner may have. What is nil is not bounded.
package struct OwnerQuota: Sendable, Hashable {
    /// Files, those that are on their way included.
    package var maximumFiles: Int?
    /// Bytes of all of them.
    package var maximumSize: ByteCount?

    /// Bounds; nil where there is none.
    package init(maximumFiles: Int? = nil, maximumSize: ByteCount? = nil) {
        self.maximumFiles = maximumFiles
        self.maximumSize = maximumSize
    }

    /// Whether anything is bounded.
    package var isBounded: Bool { self.maximumFiles != nil || self.maximumSize != nil }

    /// Whether another file fits beside what the owner has.
    ///
    /// - Parameters:
    ///   - files: how many are to come: 1, or 0 where one is replaced.
    ///   - size: the bytes that are to come.
    /// - Throws: `owner_quota`, saying what is allowed and what is used.
    package func check(_ usage: OwnerUsage, adding files: Int = 1, size: ByteCount) throws(MediaError) {
        if let most = self.maximumFiles, files > 0, usage.files + files > most {
            throw self.refusal("files", "\(most)", "\(usage.files)", usage, size)
        }
        guard let most = self.maximumSize else { return }
        let (sum, overflow) = usage.size.bytes.addingReportingOverflow(size.bytes)
        guard overflow || sum > most.bytes else { return }
        throw self.refusal("bytes", "\(most)", "\(usage.size)", usage, size)
    }

    private func refusal(
        _ what: String,
        _ allowed: String,
        _ used: String,
        _ usage: OwnerUsage,
        _ size: ByteCount
    ) -> MediaError {
        var details: [String: MediaError.Detail] = [
            "usedFiles": .number(Int64(usage.files)), "usedBytes": .number(usage.size.bytes),
            "neededBytes": .number(size.bytes),
        ]
        details["allowedFiles"] = self.maximumFiles.map { .number(Int64($0)) }
        details["allowedBytes"] = self.maximumSize.map { .number($0.bytes) }
        return MediaError(
            .ownerQuota,
            """
            The owner may have \(allowed)\(what == "files" ? " files" : ""), has \(used) (open uploads included), and this one \
            does not fit beside them. Delete a file, or end an upload.
            """,
            details: details
        )
    }
}

/// What one owner has: files, and uploads that may become files.
package struct OwnerUsage: Sendable, Hashable {
    /// How many.
    package var files: Int
    /// Their bytes; of an upload those that it has reserved.
    package var size: ByteCount

    /// What was counted.
    package init(files: Int, size: ByteCount) {
        self.files = files
        self.size = size
    }
}
