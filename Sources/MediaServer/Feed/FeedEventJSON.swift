import HTTPServing
package import MediaCore
package import MediaEngine
import NIOCore

/// The one form in which events go out: in pages, streams and webhooks.
///
///     let json = FeedEventJSON(presets: { renditions.presets(of: $0) })
///     json.encode(event)   // {"at":"...","collection":"posters","cursor":"x1.5","fileId":"...", ...}
package struct FeedEventJSON: Sendable {
    private let presets: @Sendable (MediaFile) -> [Preset]

    /// - Parameter presets: those whose pictures a record names.
    package init(presets: @escaping @Sendable (MediaFile) -> [Preset]) { self.presets = presets }

    package init(renditions: RenditionService) { self.init { renditions.presets(of: $0) } }

    /// An event in JSON, on one line.
    package func encode(_ event: FeedEvent) -> [UInt8] {
        let record = Record(event: event, file: event.file.map { FileRecord($0, presets: self.presets($0)) })
        // A value of texts and numbers can be encoded.
        return (try? JSON.encode(record)).map { Array($0.readableBytesView) } ?? Array("{}".utf8)
    }
}

/// Members that say nothing of an event of its kind are left out; `fileId`, `path`, `collection`, `owner` and `links` are always there.
private struct Record: Encodable {
    let event: FeedEvent
    let file: FileRecord?

    private enum Key: String, CodingKey {
        case cursor, type, at, file, fileId, path, previousPath, collection, name, owner, version, links
        case uploadId, detail
    }

    private struct Link: Encodable {
        var entity: String
        var entityId: String
        var role: String
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(self.event.cursor.text, forKey: .cursor)
        try container.encode(self.event.kind.rawValue, forKey: .type)
        try container.encode(self.event.at.description, forKey: .at)
        try container.encode(self.event.fileID?.description, forKey: .fileId)
        try container.encode(self.event.path?.text, forKey: .path)
        try container.encode(self.event.collection, forKey: .collection)
        try container.encode(self.event.owner, forKey: .owner)
        try container.encode(
            self.event.links.map { Link(entity: $0.entity, entityId: $0.entityID, role: $0.role) },
            forKey: .links
        )
        try container.encodeIfPresent(self.file, forKey: .file)
        try container.encodeIfPresent(self.event.previousPath?.text, forKey: .previousPath)
        try container.encodeIfPresent(self.event.name, forKey: .name)
        try container.encodeIfPresent(self.event.version, forKey: .version)
        try container.encodeIfPresent(self.event.uploadID?.description, forKey: .uploadId)
        try container.encodeIfPresent(self.event.detail, forKey: .detail)
    }
}
