/// The bytes of one version of a file, open for reading wherever they are stored.
///
/// A value of two words: a file of this machine, or something that fetches ranges from elsewhere. Whoever needs a descriptor asks
/// for ``file(holding:)``; for a local file that is the file itself, without waiting and without a system call. Bytes are read
/// into memory by the port that the content comes from (``ContentReading``).
///
///     let content = try await tree.open(path)
///     guard content.identity == record.version.identity else { … }       // another version (invariant 3)
///     let inspection = try await inspector.inspect(content.file(), …)    // a worker gets a descriptor
package struct Content: Sendable {
    private let location: Location

    private enum Location {
        case local(OpenFile)
        case ranged(any RangedContent)
    }

    /// The content of a file of this machine.
    package init(_ file: OpenFile) { self.location = .local(file) }

    /// Content that is stored elsewhere.
    package init(_ source: any RangedContent) { self.location = .ranged(source) }

    /// Which version these bytes are.
    package var identity: FileIdentity {
        switch self.location {
        case .local(let file): file.identity
        case .ranged(let source): source.identity
        }
    }

    /// The length of all bytes.
    package var size: ByteCount { self.identity.size }

    /// The open file, where the bytes lie on this machine; nil where they have to be fetched first.
    package var local: OpenFile? {
        switch self.location {
        case .local(let file): file
        case .ranged: nil
        }
    }

    /// An open file of this machine in which the bytes of a range lie at their own offsets.
    ///
    /// - Parameter range: offsets in the content, in bytes; a range beyond the end is cut there.
    /// - Throws: ``MediaError`` as ``RangedContent/file(holding:)`` does; never for a local file.
    package func file(holding range: Range<Int64>) async throws(MediaError) -> OpenFile {
        switch self.location {
        case .local(let file): file
        case .ranged(let source): try await source.file(holding: range.clamped(to: 0..<source.identity.size.bytes))
        }
    }

    /// An open file of this machine that has all the bytes.
    ///
    /// - Throws: ``MediaError`` as ``file(holding:)`` does.
    package func file() async throws(MediaError) -> OpenFile {
        try await self.file(holding: 0..<self.size.bytes)
    }
}

/// Bytes that are stored elsewhere and fetched by range, such as an object of an object store behind a local cache.
///
/// One object is one version: once the store has another one, ranges that were not fetched yet fail instead of mixing versions.
package protocol RangedContent: AnyObject, Sendable {
    /// Which version the bytes are; known before the first of them is fetched.
    var identity: FileIdentity { get }

    /// Fetches what is missing of a range, and returns an open file in which its bytes lie at their own offsets.
    ///
    /// What the file has outside of the range is not defined: it may be a sparse file that fills up. The same range may be asked
    /// for by many tasks at once.
    /// - Parameter range: offsets in the content, in bytes, within its size; may be empty.
    /// - Throws: ``MediaError`` `storage_unavailable` when the store does not answer, `not_found` when it does not have this
    ///   version any more.
    func file(holding range: Range<Int64>) async throws(MediaError) -> OpenFile
}
