import HTTPSemantics
import HTTPServing
import HTTPTypes
import MediaEngine
import NIOCore
import NIOHPACK

/// Plain requests for files that are in memory get their responses from here, without router and catalog.
extension EventLoopFileCache: FastResponder {
    func response(to request: SimpleRequest, in head: UnsafeRawBufferPointer) -> FastResponse<ByteBuffer>? {
        let date = self.now()
        guard let (slot, response) = self.found(request, in: head, date) else { return nil }
        if case .plain = response.head, !response.range.isEmpty, let (head, body) = slot.whole(date) {
            self.traffic.bytes += Int64(response.range.count)
            return FastResponse(head: head, content: body.map { .bytes($0) } ?? .none)
        }
        let bytes =
            switch response.head {
            case .plain: slot.head(date)
            case .partial(let range): slot.partialHead(range, date)
            case .other(let status, let fields):
                ResponseHead(
                    status: "\(status.code) \(status.reasonPhrase)",
                    fields: fields,
                    slot.file.commonFields,
                    date: date,
                    closes: !request.keepsAlive
                ).bytes
            }
        return FastResponse(head: bytes, content: self.content(response.range, of: slot.file))
    }

    func http2Response(
        to request: SimpleRequest,
        in head: UnsafeRawBufferPointer
    ) -> FastResponse<HPACKHeaders>? {
        let date = self.now()
        guard let (slot, response) = self.found(request, in: head, date) else { return nil }
        let fields: HPACKHeaders
        switch response.head {
        case .plain: fields = slot.http2Head(date)
        case .partial(let range): fields = slot.http2PartialHead(range, date)
        case .other(let status, let others):
            var head = HTTP2ResponseHead(status: status.code, fields: others, slot.file.commonFields)
            fields = head.fields(date)
        }
        return FastResponse(head: fields, content: self.content(response.range, of: slot.file))
    }

    func fileSent(_ count: Int) { self.traffic.bytes += Int64(count) }

    /// - Returns: nil when the router must handle the request.
    private func found(
        _ request: SimpleRequest,
        in head: UnsafeRawBufferPointer,
        _ date: DateField
    ) -> (HotFileSlot, HotFileResponse)? {
        // Where not everybody may read, the response depends on who asks.
        guard request.origin == nil || self.allowsAllOrigins,
            let slot = self.slot(
                target: UnsafeRawBufferPointer(rebasing: head[request.target]),
                accept: request.accept.map { UnsafeRawBufferPointer(rebasing: head[$0]) }
            ),
            self.isReadable(
                slot,
                credential: request.bearer.map { UnsafeRawBufferPointer(rebasing: head[$0]) },
                date
            )
        else { return nil }
        slot.advance(to: date)
        guard let response = HotFileResponse(request, file: slot.file, current: slot.current, now: date.seconds)
        else { return nil }
        self.traffic.count(response.status)
        return (slot, response)
    }

    /// What is in memory counts as sent.
    private func content(_ range: Range<Int64>, of file: HotFile) -> FastContent {
        guard !range.isEmpty else { return .none }
        guard let bytes = file.body?.getSlice(at: Int(range.lowerBound), length: range.count) else {
            return .file(FastResponseFile(file: file.file, range: range, pace: file.pace))
        }
        self.traffic.bytes += Int64(range.count)
        return .bytes(bytes)
    }
}

/// The fast path of a server whose files are kept in a ``HotFileCache``.
struct HotFileFastPath: FastPath {
    let cache: HotFileCache
    let crossOrigin: CrossOriginPolicy
    /// Nil where nothing is guarded.
    let access: AccessService?

    func responder(on eventLoop: any EventLoop) -> any FastResponder {
        self.cache.eventLoopCache(on: eventLoop, allowsAllOrigins: self.crossOrigin.allowsAll, access: self.access)
    }
}
