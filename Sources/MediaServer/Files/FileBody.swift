import HTTPSemantics
import HTTPServing
import Hummingbird
import MediaCore
import NIOCore

/// The body that a serving plan asks for. Ranges of the file go around the router, by sendfile; see ``FileTransferHandler``.
enum FileBody {
    /// - Parameter pace: how fast it may be sent; nil is without limit.
    static func body(
        of plan: ServingPlan,
        file: OpenFile,
        pace: ResponsePace?,
        channel: any Channel
    ) -> ResponseBody {
        switch plan.content {
        case .full(let length): self.range(0..<length, of: file, pace, channel)
        case .partial(let range, _): self.range(range, of: file, pace, channel)
        case .multipart(let multipart, _): self.parts(multipart, of: file, pace, channel)
        case .notModified, .preconditionFailed, .unsatisfiable: ResponseBody()
        }
    }

    private static func range(
        _ range: Range<Int64>,
        of file: OpenFile,
        _ pace: ResponsePace?,
        _ channel: any Channel
    ) -> ResponseBody {
        ResponseBody(contentLength: range.count) { writer in
            try await channel.transfer(range, of: file, pace: pace)
            try await writer.finish(nil)
        }
    }

    private static func parts(
        _ multipart: MultipartByteRanges,
        of file: OpenFile,
        _ pace: ResponsePace?,
        _ channel: any Channel
    ) -> ResponseBody {
        ResponseBody(contentLength: Int(multipart.contentLength)) { writer in
            var sent: Int64 = 0
            for part in multipart.parts {
                try await writer.write(ByteBuffer(bytes: part.header))
                // What goes in front without a limit does so once, not in each part.
                try await channel.transfer(part.range, of: file, pace: pace?.advanced(by: sent))
                sent += Int64(part.range.count)
            }
            try await writer.write(ByteBuffer(bytes: multipart.trailer))
            try await writer.finish(nil)
        }
    }
}
