import MediaCore

/// The messages between the daemon and a worker: JSON, one per datagram of a `SOCK_SEQPACKET` pair, at most
/// ``MessageSocket/maximumLengthBytes``.
///
/// The daemon sends settings, the worker answers with a hello; from then on one request, one answer, and for a batch of renditions one
/// answer for each of them, in their order. Descriptors travel beside a request: the source first, then, for renditions or a rewriting,
/// the outputs.
enum WorkerMessage {
    /// The daemon's first message.
    struct Settings: Codable, Sendable {
        var limits: WorkerLimits
    }

    /// The worker's first message, sent when its sandbox is closed.
    struct Hello: Codable, Sendable {
        var report: SandboxReport?
        /// Why the worker cannot start; it ends after this.
        var failure: String?
    }

    /// One job.
    struct Request: Codable, Sendable {
        /// Repeated in the answer.
        var number: UInt64
        var job: Job
    }

    enum Job: Codable, Sendable {
        /// `size` in bytes.
        case inspect(size: Int64, allowedTypes: [String], limits: ImageLimits)
        case render(RenditionRequest)
        case renderBatch(RenditionBatch)
        case rewrite(RewriteRequest)

        /// How many answers it has.
        var answerCount: Int {
            if case .renderBatch(let batch) = self { batch.recipes.count } else { 1 }
        }
    }

    /// What the worker says of one job. Untrusted: the decoder in it may have been taken over.
    struct Answer: Codable, Sendable {
        var number: UInt64
        /// Which one it is of the answers to a batch, from 0.
        var part = 0
        var outcome: Outcome
        /// The worker ends after this answer, which is the last one to its request, without being asked.
        var retiring: Bool
    }

    enum Outcome: Codable, Sendable {
        case inspected(Inspection)
        case rendered(RenditionFacts)
        case rewritten(Splice)
        /// The splice has so many pieces, whose ``Splice/table`` stands behind what was written.
        case rewrittenByTable(pieces: Int)
        /// There was nothing to rewrite.
        case unchanged
        case failed(Failure)
    }

    /// A ``MediaError`` on the wire.
    struct Failure: Codable, Sendable {
        var code: String
        var message: String
        var details: [String: [String]]
        var cause: String?
    }
}
