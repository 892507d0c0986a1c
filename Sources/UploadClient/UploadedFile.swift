/// What a server says of a file that was sent to it. Members are nil where it does not say.
package struct UploadedFile: Hashable, Sendable {
    /// Where the file is served: a whole URL.
    package let url: String
    /// Of its record: `/api/media/<id>`.
    package let id: String?
    /// Its place in the tree: `posters/1.jpg`.
    package let path: String?
    /// The media type, by the bytes.
    package let type: String?
    /// Bytes that are stored; others than were sent when the server changed the file.
    package let size: Int64?
    /// Of the stored bytes, in hexadecimal digits.
    package let sha256: String?

    init(_ file: UploadStatus.File, of server: String) {
        self.url = server + file.url
        self.id = file.id
        self.path = file.path
        self.type = file.type
        self.size = file.size
        self.sha256 = file.sha256
    }
}
