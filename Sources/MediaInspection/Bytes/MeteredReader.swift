import MediaCore
import SystemPackage

/// Why a container could not be understood.
enum ContainerFault: Error, Hashable {
    /// It ends before it says it does: an upload that was cut off.
    case truncated(String)
    /// It contradicts itself.
    case malformed(String)
    /// It would take more reading than a job may do.
    case tooComplex(String)
    /// The file system failed.
    case unreadable(Errno)
}

/// A reader with an allowance: a hostile file may nest and repeat, but the work it causes has an end.
struct MeteredReader<Base: ByteSource> {
    private let base: Base
    private var reads: Int
    private var bytes: Int

    /// - Parameters:
    ///   - reads: how many times it may read; each costs about a microsecond on a file in the page cache.
    ///   - bytes: how many bytes in total.
    init(_ base: Base, reads: Int = 100_000, bytes: Int = 32 << 20) {
        self.base = base
        self.reads = reads
        self.bytes = bytes
    }

    var length: Int64 { self.base.length }

    /// Up to `count` bytes.
    mutating func read(at offset: Int64, upTo count: Int) throws(ContainerFault) -> ByteFields {
        guard self.reads > 0, self.bytes >= count else { throw .tooComplex("too many elements") }
        self.reads -= 1
        let bytes = try self.base.read(at: offset, count: count)
        self.bytes -= bytes.count
        return ByteFields(bytes)
    }
}

extension ByteSource {
    /// Like `bytes(at:count:)`, with the failure as a fault of the container's.
    /// - Throws: ``ContainerFault/unreadable(_:)``.
    func read(at offset: Int64, count: Int) throws(ContainerFault) -> [UInt8] {
        do {
            return try self.bytes(at: offset, count: count)
        } catch {
            throw .unreadable(error)
        }
    }
}
