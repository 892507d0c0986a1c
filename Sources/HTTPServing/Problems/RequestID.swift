import HTTPSemantics
import HTTPTypes
import Logging

/// What one request is called in the logs of all who had to do with it.
enum RequestID {
    /// A proxy's id is kept, so that its log and ours can be read together; only a harmless one of up to 64 letters, digits and `-_.`.
    static func given(in fields: HTTPFields) -> String? {
        guard let value = fields[.requestID], (1...64).contains(value.utf8.count),
            value.utf8.allSatisfy(self.isHarmless)
        else { return nil }
        return value
    }

    /// The id that Hummingbird gave the request, which its logger carries; another one where the logger keeps no metadata, as
    /// `RequestContext.id` would end the process then.
    static func assigned(by logger: Logger) -> String {
        logger[metadataKey: "hb.request.id"]?.description ?? String(UInt64.random(in: .min ... .max), radix: 16)
    }

    private static func isHarmless(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
