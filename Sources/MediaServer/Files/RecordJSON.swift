import HTTPServing
import MediaCore
import NIOCore
import Primitives
import Synchronization

/// Records as clients get them, encoded. Those that were encoded last are kept: encoding is most of what a page of records costs.
///
/// What is kept counts for a record only that is the same in every member, so nobody has to say when a record changes.
final class RecordJSON: Sendable {
    /// Who may not see the owner gets another record of the same file.
    private struct Key: Hashable {
        var id: MediaID
        var owner: String?
    }

    private struct Known {
        var file: MediaFile
        var json: ByteBuffer
    }

    private let presets: @Sendable (MediaFile) -> [Preset]
    private let known: Mutex<BoundedCache<Key, Known>>

    /// Bytes of a record that is kept, at most. Only videos with very many tracks or chapters have more.
    static let maximumLength = 8192

    /// - Parameters:
    ///   - presets: those whose pictures a record names; always the same for the same record.
    ///   - capacity: records that are kept (`files.cachedRecords`); 0 keeps none.
    init(presets: @escaping @Sendable (MediaFile) -> [Preset], capacity: Int) {
        self.presets = presets
        self.known = Mutex(BoundedCache(capacity: capacity))
    }

    /// One record.
    func encode(_ file: MediaFile) throws -> ByteBuffer {
        let key = Key(id: file.id, owner: file.owner)
        let known = self.known.withLock { $0[key] }
        if let known, known.file == file { return known.json }
        let json = try JSON.encode(FileRecord(file, presets: self.presets(file)))
        if json.readableBytes <= Self.maximumLength {
            self.known.withLock { _ = $0.insert(Known(file: file, json: json), for: key) }
        }
        return json
    }

    /// One page of a listing: `{"cursor": ..., "files": [...], "nextCursor": ...}`.
    ///
    /// - Parameters:
    ///   - nextCursor: what to send as `cursor` for the next page; nil at the end.
    ///   - cursor: where to begin following the changes (`since`); nil where there are none.
    func encodePage(_ files: [MediaFile], nextCursor: String?, cursor: String?) throws -> ByteBuffer {
        var page = ByteBuffer(string: "{\"cursor\":")
        page.writeImmutableBuffer(try JSON.encode(cursor))
        page.writeStaticString(",\"files\":[")
        for (index, file) in files.enumerated() {
            if index > 0 { page.writeStaticString(",") }
            page.writeImmutableBuffer(try self.encode(file))
        }
        page.writeStaticString("],\"nextCursor\":")
        page.writeImmutableBuffer(try JSON.encode(nextCursor))
        page.writeStaticString("}")
        return page
    }
}
