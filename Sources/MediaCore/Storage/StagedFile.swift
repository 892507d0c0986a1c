/// A file in the staging area that is being written by one task.
package protocol StagedFile: ByteSink {
    /// The file's name in this process's staging folder.
    var name: String { get }
    /// Bytes written so far.
    var size: ByteCount { get async }

    /// Writes at the end, hashing on the way.
    func append(_ bytes: [UInt8]) async throws(MediaError)

    /// Writes a stretch of another file at the end, hashing on the way.
    /// - Throws: `storage_unavailable` also when that file ends before.
    func append(_ stretch: Range<Int64>, of file: OpenFile) async throws(MediaError)

    /// SHA-256 of what was written so far.
    func digest() async throws(MediaError) -> Digest

    /// Makes the bytes durable (fsync) and gives the file its modification time.
    func synchronize() async throws(MediaError) -> FileVersion

    /// Makes durable what a worker wrote through ``open()``'s descriptor.
    func synchronizeForeignBytes() async throws(MediaError)

    /// A readable view of what was written so far; writable too, for workers that fill it.
    func open() async throws(MediaError) -> OpenFile

    /// Removes the file, whatever its state; not an error when it was published.
    func discard() async
}
