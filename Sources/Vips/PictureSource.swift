import Glibc
package import IsoMedia
package import MediaCore

/// The bytes of a picture: a file mapped from its descriptor, and what type they were sniffed to be.
///
/// Mapped, not read: libvips' own descriptor source seeks, and a descriptor that came from another process shares its offset
/// with that process and with its other workers. A mapping has no offset. The file must not shrink meanwhile (the tree and the
/// staging area replace files, they never cut them); if it does, the process dies of SIGBUS, which costs this one job.
package final class PictureSource {
    /// Decides the loader; nothing is guessed again.
    package let type: MediaType
    /// The mapped bytes; valid as long as this object lives.
    let bytes: UnsafeRawBufferPointer
    /// What a HEIF file says of its items; nil for other types, and where it cannot be read.
    package let heif: HeifItems?

    /// Maps the whole file; the descriptor is not needed afterwards and stays the caller's.
    /// - Throws: ``VipsFailure`` when the file is empty or cannot be mapped.
    package init(descriptor: Int32, type: MediaType) throws(VipsFailure) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw VipsFailure(operation: "fstat", text: "errno \(errno)")
        }
        guard status.st_size > 0 else {
            throw VipsFailure(operation: "mmap", text: "the file is empty")
        }
        let length = Int(status.st_size)
        let isHeif = [MediaType.heic, .heif, .avif].contains(type)
        let access = isHeif ? PROT_READ | PROT_WRITE : PROT_READ
        guard let address = mmap(nil, length, access, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
            throw VipsFailure(operation: "mmap", text: "errno \(errno)")
        }
        self.type = type
        self.bytes = UnsafeRawBufferPointer(start: address, count: length)
        self.heif = isHeif ? Self.adapt(UnsafeMutableRawBufferPointer(start: address, count: length)) : nil
    }

    /// A picture that lay inside another file, such as a cover; the bytes are copied.
    /// - Throws: ``VipsFailure`` when there are none, or no memory for them.
    package init(copying bytes: [UInt8], type: MediaType) throws(VipsFailure) {
        guard !bytes.isEmpty else { throw VipsFailure(operation: "mmap", text: "the picture is empty") }
        let access = PROT_READ | PROT_WRITE
        guard let address = mmap(nil, bytes.count, access, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), address != MAP_FAILED
        else {
            throw VipsFailure(operation: "mmap", text: "errno \(errno)")
        }
        address.copyMemory(from: bytes, byteCount: bytes.count)
        self.type = type
        self.bytes = UnsafeRawBufferPointer(start: address, count: bytes.count)
        self.heif = nil
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: self.bytes.baseAddress), self.bytes.count)
    }
}
