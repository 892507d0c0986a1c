import HTTPSemantics
import Hummingbird
import MediaCore
import NIOCore

/// The body that a serving plan asks for. Ranges of the file go around the router, by sendfile; see ``FileTransferHandler``.
enum FileBody {
    static func body(of plan: ServingPlan, file: OpenFile, channel: any Channel) -> ResponseBody {
        switch plan.content {
        case .full(let length): self.range(0..<length, of: file, channel)
        case .partial(let range, _): self.range(range, of: file, channel)
        case .multipart(let multipart, _): self.parts(multipart, of: file, channel)
        case .notModified, .preconditionFailed, .unsatisfiable: ResponseBody()
        }
    }

    private static func range(_ range: Range<Int64>, of file: OpenFile, _ channel: any Channel) -> ResponseBody {
        ResponseBody(contentLength: range.count) { writer in
            try await channel.transfer(range, of: file)
            try await writer.finish(nil)
        }
    }

    private static func parts(
        _ multipart: MultipartByteRanges,
        of file: OpenFile,
        _ channel: any Channel
    ) -> ResponseBody {
        ResponseBody(contentLength: Int(multipart.contentLength)) { writer in
            for part in multipart.parts {
                try await writer.write(ByteBuffer(bytes: part.header))
                try await channel.transfer(part.range, of: file)
            }
            try await writer.write(ByteBuffer(bytes: multipart.trailer))
            try await writer.finish(nil)
        }
    }
}
