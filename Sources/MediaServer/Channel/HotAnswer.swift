import HTTPSemantics
import HTTPTypes
import MediaCore
import NIOCore

/// The answer to a plain request for a file that is in memory: encoded head, and which bytes follow.
struct HotAnswer {
    enum Content {
        case none
        case bytes(ByteBuffer)
        /// Of the file, in bytes.
        case range(Range<Int64>)
    }

    let status: Int
    let head: ByteBuffer
    let content: Content
    /// Bytes of the file that are in `head` and `content`.
    let length: Int

    /// - Returns: nil when the answer is one of those that the router makes: several ranges, and refusals with a problem document.
    fileprivate init?(_ request: SimpleRequest, slot: HotFileShelf.Slot, date: DateField) {
        if request.conditions.isEmpty, request.keepsAlive, !request.wantsReprDigest {
            self.status = 200
            if request.isHead {
                (self.head, self.content, self.length) = (slot.head(date), .none, 0)
            } else if let (head, body) = slot.answer(date) {
                (self.head, self.content) = (head, body.map { .bytes($0) } ?? .none)
                self.length = Int(slot.file.representation.length)
            } else {
                let length = slot.file.representation.length
                (self.head, self.content, self.length) = (slot.head(date), .range(0..<length), Int(length))
            }
            return
        }
        let representation = slot.file.representation
        let content = ServingPlan.content(
            method: request.isHead ? .head : .get,
            fields: request.conditions,
            representation: representation,
            now: date.seconds
        )
        let range: Range<Int64>
        switch content {
        case .full(let length): range = 0..<length
        case .partial(let part, _): range = part
        case .notModified: range = 0..<0
        case .multipart, .preconditionFailed, .unsatisfiable: return nil
        }
        if case .partial = content, request.keepsAlive, !request.wantsReprDigest {
            self.status = 206
            self.head = slot.partialHead(range, date)
        } else {
            var fields = representation.fields(for: content)
            if request.wantsReprDigest, content != .notModified, let digest = slot.file.digest {
                fields[.reprDigest] = DigestFields.value(sha256: digest.bytes)
            }
            let status = content.status
            self.status = status.code
            self.head =
                ResponseHead(
                    status: "\(status.code) \(status.reasonPhrase)",
                    fields: fields,
                    slot.file.commonFields,
                    date: date,
                    closes: !request.keepsAlive
                ).bytes
        }
        if request.isHead || range.isEmpty {
            (self.content, self.length) = (.none, 0)
        } else if let bytes = slot.file.body?.getSlice(at: Int(range.lowerBound), length: range.count) {
            (self.content, self.length) = (.bytes(bytes), range.count)
        } else {
            (self.content, self.length) = (.range(range), range.count)
        }
    }
}

extension HotFileShelf {
    /// The answer to a request, and the file that it is about; nil when the long way has to be gone. For HTTP/1.1 and HTTP/2 alike.
    /// - Parameter head: what `request` was recognized in.
    func answer(
        _ request: SimpleRequest,
        in head: UnsafeRawBufferPointer,
        _ crossOrigin: CrossOriginPolicy
    ) -> (answer: HotAnswer, file: HotFile)? {
        // Where not everybody may read, the answer depends on who asks.
        guard request.origin == nil || crossOrigin.allowsAll,
            let slot = self.slot(
                target: UnsafeRawBufferPointer(rebasing: head[request.target]),
                accept: request.accept.map { UnsafeRawBufferPointer(rebasing: head[$0]) }
            ),
            let answer = HotAnswer(request, slot: slot, date: self.now())
        else { return nil }
        return (answer, slot.file)
    }
}
