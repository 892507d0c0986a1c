import Crypto
import HTTPSemantics
import HTTPTypes
import MediaCore
import Synchronization

/// What the bytes of a plain upload, or of a file of a form, must hash to: `Content-Digest` and `Repr-Digest`, which are the same of
/// content that is not coded (RFC 9530 sections 2 and 3). They may come behind the content; SHA-512 only where `Trailer` says so,
/// because nothing else computes it.
struct ContentDigests {
    private var values: [DigestValue] = []
    let isTrailerAnnounced: Bool

    /// - Throws: `invalid_request` for a digest that could never match.
    init(_ fields: HTTPFields) throws(MediaError) {
        let announced = fields[values: .trailer].joined(separator: ",").lowercased()
        self.isTrailerAnnounced = announced.contains("content-digest") || announced.contains("repr-digest")
        try self.add(fields)
    }

    /// What has to be computed while the bytes come. Empty: nothing.
    var algorithms: Set<DigestValue.Algorithm> {
        self.isTrailerAnnounced ? Set(DigestValue.Algorithm.allCases) : Set(self.values.map(\.algorithm))
    }

    /// Adds those of these fields.
    mutating func add(_ fields: HTTPFields) throws(MediaError) {
        for name in [HTTPField.Name.contentDigest, .reprDigest] {
            do throws(UploadFieldError) {
                self.values += try DigestFields.parse(fields[name] ?? "")
            } catch {
                throw error.mediaError
            }
        }
    }

    /// Whether one of an algorithm was given.
    func needs(_ algorithm: DigestValue.Algorithm) -> Bool { self.values.contains { $0.algorithm == algorithm } }

    /// ``verify(_:sha256:)`` of what was staged, which has its SHA-256.
    func verify(_ running: RunningDigests, of staged: any StagedFile) async throws {
        try self.verify(running, sha256: self.needs(.sha256) ? try await staged.digest().bytes : nil)
    }

    /// - Parameter sha256: of all bytes, where it is known without `running`.
    /// - Throws: `checksum_mismatch`, as 400: RFC 9530 has no status of its own. `invalid_request` for one that was not announced, and
    ///   cannot be verified any more.
    func verify(_ running: RunningDigests, sha256: [UInt8]? = nil) throws(FieldedError) {
        for value in self.values {
            guard let found = running.value(value.algorithm) ?? (value.algorithm == .sha256 ? sha256 : nil) else {
                let text = "A \(value.algorithm.rawValue) digest behind the content has to be announced in Trailer."
                throw FieldedError(MediaError(.invalidRequest, text), [:])
            }
            guard found == value.value else {
                throw FieldedError(
                    MediaError(
                        .checksumMismatch,
                        "The content has not the \(value.algorithm.rawValue) digest that the request gave. Nothing was kept."
                    ),
                    [:],
                    status: .badRequest
                )
            }
        }
    }
}

/// Digests of bytes while they come.
final class RunningDigests: Sendable {
    private struct State {
        var sha256: SHA256?
        var sha512: SHA512?
    }

    private let state: Mutex<State>

    init(_ algorithms: Set<DigestValue.Algorithm>) {
        self.state = Mutex(
            State(
                sha256: algorithms.contains(.sha256) ? SHA256() : nil,
                sha512: algorithms.contains(.sha512) ? SHA512() : nil
            )
        )
    }

    func update(_ bytes: UnsafeRawBufferPointer) {
        self.state.withLock { state in
            state.sha256?.update(bufferPointer: bytes)
            state.sha512?.update(bufferPointer: bytes)
        }
    }

    /// Nil for one that is not computed.
    func value(_ algorithm: DigestValue.Algorithm) -> [UInt8]? {
        self.state.withLock { state in
            switch algorithm {
            case .sha256: state.sha256.map { Array($0.finalize()) }
            case .sha512: state.sha512.map { Array($0.finalize()) }
            }
        }
    }
}

/// Writes into another sink, and computes digests on the same threads.
struct DigestingSink: ByteSink {
    let sink: any ByteSink
    let running: RunningDigests

    func write(_ bytes: UnsafeRawBufferPointer) throws(MediaError) {
        try self.sink.write(bytes)
        self.running.update(bytes)
    }
}
