import MediaCore

extension WorkerMessage.Failure {
    /// Error codes that a worker may give; anything else becomes `processing_failed`.
    static let allowedCodes: [MediaError.Code] = [
        .fileDamaged, .imageTooLarge, .notRenderable, .notStreamable, .encrypted, .processingFailed, .storageFull,
        .storageUnavailable, .unsupportedVariant,
    ]

    /// The worker's side: bounded, so that the answer fits into a message.
    init(_ error: MediaError) {
        self.code = error.code.rawValue
        self.message = error.message.bounded(to: 500)
        self.details =
            error.details.count <= 8 ? error.details.mapValues { $0.texts.prefix(16).map { $0.bounded(to: 128) } } : [:]
        self.cause = error.cause.map { "\($0)".bounded(to: 1000) }
    }

    /// The daemon's side: nothing is believed, everything is cut to size and cleaned of control characters.
    var mediaError: MediaError {
        let code = Self.allowedCodes.first { $0.rawValue == self.code } ?? .processingFailed
        var details: [String: MediaError.Detail] = [:]
        for (key, values) in self.details.sorted(by: { $0.key < $1.key }).prefix(8) where key.isDetailName {
            details[key] = .texts(values.prefix(16).map { $0.bounded(to: 128) })
        }
        let message = self.message.bounded(to: 500)
        return MediaError(
            code,
            message.isEmpty ? "The file could not be processed." : message,
            details: details,
            cause: self.cause.map { WorkerCause($0.bounded(to: 1000)) }
        )
    }
}

/// The cause of a failed job, for the log.
struct WorkerCause: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension String {
    /// A member name of the problem details: 1 to 32 letters and `_`.
    fileprivate var isDetailName: Bool {
        (1...32).contains(self.utf8.count)
            && self.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || $0 == UInt8(ascii: "_")
            }
    }
}
