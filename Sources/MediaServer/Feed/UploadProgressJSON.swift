import HTTPServing
import MediaCore
import MediaEngine
import NIOCore

/// How far an upload has come, as streams and subscriptions say it: an event without a cursor, because it is not of the feed.
struct UploadProgressJSON: Encodable {
    static let type = "upload.progress"

    var type = Self.type
    var at: String
    var uploadId: String
    var received: Int64
    var size: Int64?
    var collection: String?
    var name: String?

    init(_ progress: UploadAdvance) {
        self.at = progress.at.description
        self.uploadId = progress.id.text
        self.received = progress.received.bytes
        self.size = progress.length?.bytes
        self.collection = progress.collection
        self.name = progress.name
    }

    /// On one line.
    var bytes: [UInt8] {
        // A value of texts and numbers can be encoded.
        (try? JSON.encode(self)).map { Array($0.readableBytesView) } ?? Array("{}".utf8)
    }
}
