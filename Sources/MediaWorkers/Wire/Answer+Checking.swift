import MediaCore

extension WorkerMessage.Answer {
    /// Why an answer is not believed.
    struct Implausible: Error, CustomStringConvertible {
        let description: String
    }

    /// What the answer to `request` says, when it is one that a sound worker could give.
    /// - Parameter part: which of the answers to a batch it must be.
    /// - Throws: ``Implausible``: the worker is broken or was taken over, and must go.
    func checked(
        against request: WorkerMessage.Request,
        part: Int = 0
    ) throws(Implausible) -> WorkerMessage.Outcome {
        guard self.number == request.number else {
            throw Implausible(description: "answer \(self.number) to request \(request.number)")
        }
        guard self.part == part else { throw Implausible(description: "part \(self.part) in place of \(part)") }
        guard !self.retiring || part == request.job.answerCount - 1 else {
            throw Implausible(description: "an end in the middle of a request")
        }
        switch (self.outcome, request.job) {
        case (.inspected(let inspection), .inspect):
            try Self.check(inspection)
            var inspection = inspection
            inspection.media = inspection.media?.bounded
            return .inspected(inspection)
        case (.rendered(let facts), .render(let request)):
            try Self.check(facts, of: request.recipe)
        case (.rendered(let facts), .renderBatch(let batch)):
            guard batch.recipes.indices.contains(part) else { throw Implausible(description: "one answer too many") }
            try Self.check(facts, of: batch.recipes[part])
        case (.rewritten(let splice), .rewrite(let rewriting)):
            // How much was written is seen later, on the output itself.
            guard splice.fits(source: rewriting.size.bytes, written: 1 << 60) else {
                throw Implausible(description: "an impossible splice")
            }
        case (.rewrittenByTable(let pieces), .rewrite):
            guard (1...Splice.maximumPieces).contains(pieces) else {
                throw Implausible(description: "a splice of \(pieces) pieces")
            }
        case (.unchanged, .rewrite), (.failed, _):
            break
        default:
            throw Implausible(description: "an answer of the other kind")
        }
        return self.outcome
    }

    private static func check(_ inspection: Inspection) throws(Implausible) {
        guard inspection.type.isWellFormed else { throw Implausible(description: "a malformed media type") }
        if let size = inspection.dimensions { try self.check(size) }
        if let seconds = inspection.durationSeconds {
            // Not-a-number is in no range.
            guard Inspection.plausibleDuration.contains(seconds) else {
                throw Implausible(description: "an impossible duration")
            }
        }
        if let frames = inspection.frames {
            guard (1...10_000_000).contains(frames) else { throw Implausible(description: "an impossible frame count") }
        }
    }

    private static func check(_ facts: RenditionFacts, of recipe: Recipe) throws(Implausible) {
        switch recipe {
        case .picture(let picture):
            guard let size = facts.dimensions else { throw Implausible(description: "a picture without dimensions") }
            try self.check(size)
            guard size.width <= picture.width ?? .max, size.height <= picture.height ?? .max else {
                throw Implausible(description: "a picture larger than its box")
            }
        case .storyboard(let sheet):
            guard facts.dimensions == sheet.size else { throw Implausible(description: "a sheet of another size") }
        case .stream:
            guard facts.dimensions == nil else { throw Implausible(description: "a part of a stream with dimensions") }
        }
    }

    private static func check(_ size: PixelSize) throws(Implausible) {
        guard [size.width, size.height].allSatisfy(Inspection.plausibleSide.contains) else {
            throw Implausible(description: "impossible dimensions")
        }
    }
}

extension MediaType {
    /// Two restricted names of RFC 6838 section 4.2, lower case, joined by `/`.
    fileprivate var isWellFormed: Bool {
        let parts = self.essence.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return parts.count == 2
            && parts.allSatisfy { part in
                (1...64).contains(part.count)
                    && part.allSatisfy { byte in
                        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "!#$&-^_.+".utf8.contains(byte)
                    }
            }
    }
}
