import HTTPServing
import MediaCore
import MediaEngine

/// How an upload stands, as clients see it at its own URL.
struct UploadStatusRecord: Encodable {
    private let status: ResumableUploadService.Status
    private let file: FileRecord?

    init(_ status: ResumableUploadService.Status, file: FileRecord?) {
        self.status = status
        self.file = file
    }

    private enum Key: String, CodingKey {
        case id, offset, length, state, owner, file, problem, createdAt, expiresAt
    }

    func encode(to encoder: any Encoder) throws {
        let upload = self.status.upload
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(upload.id.text, forKey: .id)
        try container.encode(self.status.offset?.bytes ?? 0, forKey: .offset)
        try container.encode(upload.length?.bytes, forKey: .length)
        try container.encode(self.state.rawValue, forKey: .state)
        try container.encode(upload.owner, forKey: .owner)
        try container.encode(self.file, forKey: .file)
        try container.encode(upload.problem.map { Problem($0).typed(in: .mediad) }, forKey: .problem)
        try container.encode(upload.createdAt.description, forKey: .createdAt)
        try container.encode(self.status.expiresAt?.description, forKey: .expiresAt)
    }

    /// A part that has all its bytes is complete for its client, though it never becomes a file.
    private var state: Upload.State {
        let upload = self.status.upload
        let isFinishedPart =
            upload.kind == .partial && upload.state == .receiving && self.status.offset == upload.length
        return isFinishedPart ? .complete : upload.state
    }
}
