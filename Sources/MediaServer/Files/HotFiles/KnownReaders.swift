import Access
import Credentials
import HTTPSemantics
import MediaEngine
import Primitives

/// Who comes with which credential, of those that the router has recognized on one event loop: what decides, in front of the router,
/// about files that not everybody may read.
///
/// Bounded, and bound to its loop. Nobody is let in from here whom the router would not have let in, or only for as long as it takes to
/// hear that a key was revoked (``AccessService/isGood(_:at:)``).
struct KnownReaders {
    /// Somebody, by identity.
    final class Reader {
        let recognition: Recognition
        init(_ recognition: Recognition) { self.recognition = recognition }
    }

    private let service: AccessService
    private var readers: BoundedCache<CredentialDigest, Reader>

    /// Credentials that are known at a time on one event loop.
    static let capacity = 1024

    init(service: AccessService) {
        self.service = service
        self.readers = BoundedCache(capacity: Self.capacity)
    }

    mutating func remember(_ recognition: Recognition) {
        guard recognition.principal.grant == nil else { return }
        self.readers.remove(recognition.digest)
        self.readers.insert(Reader(recognition), for: recognition.digest)
    }

    /// Who comes with a credential; nil where the router has to find out.
    ///
    /// - Parameters:
    ///   - credential: as it was sent, behind `Bearer `.
    ///   - now: seconds since 1970.
    mutating func reader(_ credential: UnsafeRawBufferPointer, now: Int64) -> Reader? {
        let digest = CredentialDigest(credential)
        guard let reader = self.readers[digest] else { return nil }
        guard self.service.isGood(reader.recognition, at: Timestamp(seconds: now, nanoseconds: 0)) else {
            self.readers.remove(digest)
            return nil
        }
        return reader
    }

    /// Whether somebody may read a file.
    func allows(_ reader: Reader, toRead file: FileReference) -> Bool {
        self.service.decide(.readFile(file), for: reader.recognition.principal) == .allowed
    }
}
