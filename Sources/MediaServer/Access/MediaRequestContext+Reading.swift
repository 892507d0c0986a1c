import Access
import MediaCore

extension MediaRequestContext {
    /// That the request may have the bytes of a file, once its record is found: the path that was asked for may be another spelling.
    func requireReading(_ file: MediaFile) throws(MediaError) {
        try self.access?.require(.readFile(FileReference(file)))
    }

    /// How a file is guarded whose bytes the request may have.
    func guarding(of file: MediaFile) -> FileGuard {
        self.access?.guarding(of: FileReference(file)) ?? .none
    }
}
