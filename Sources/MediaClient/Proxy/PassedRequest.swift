package import NIOCore
package import NIOHTTP1

/// A request that is passed on to mediad as its client made it.
package struct PassedRequest: Sendable {
    package var method: HTTPMethod
    /// Path and query.
    package var target: String
    package var fields: HTTPHeaders
    package var origin: Origin
    /// Nil for a request without content.
    package var body: Body?

    package init(method: HTTPMethod, target: String, fields: HTTPHeaders, origin: Origin, body: Body?) {
        self.method = method
        self.target = target
        self.fields = fields
        self.origin = origin
        self.body = body
    }

    /// Where it comes from, as far as that can be believed.
    package struct Origin: Hashable, Sendable {
        /// The client's IP address; empty when it has none.
        package var client: String
        /// `http` or `https`.
        package var scheme: String
        /// `host[:port]` under which the client knows this service; empty when that is not known.
        package var authority: String

        package init(client: String, scheme: String, authority: String) {
            self.client = client
            self.scheme = scheme
            self.authority = authority
        }
    }

    /// Its content, which comes while it is passed on.
    package struct Body: Sendable {
        package var bytes: any AsyncSequence<ByteBuffer, any Error> & Sendable
        /// Nil: until it ends.
        package var length: Int64?

        package init(_ bytes: any AsyncSequence<ByteBuffer, any Error> & Sendable, length: Int64?) {
            self.bytes = bytes
            self.length = length
        }
    }

    /// The target with all characters encoded that no address may have (RFC 3986 section 2.1), and otherwise as it was: clients send
    /// some of them as they are.
    ///
    /// - Returns: nil for what is no path, or has a percent sign that encodes nothing.
    package static func target(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.first == UInt8(ascii: "/") else { return nil }
        var encoded: [UInt8] = []
        encoded.reserveCapacity(bytes.count)
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "%") {
                guard index + 2 < bytes.count, bytes[index + 1].isHexDigit, bytes[index + 2].isHexDigit else {
                    return nil
                }
            }
            if byte.isAllowedInTarget {
                encoded.append(byte)
            } else {
                let digits = Array("0123456789ABCDEF".utf8)
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}

/// What mediad responded to a request that was passed on.
package struct PassedResponse: Sendable {
    package var status: Int
    package var fields: HTTPHeaders
    /// Comes while it is read, and no faster. Whoever does not read it to its end ends the connection.
    package var body: any AsyncSequence<ByteBuffer, any Error> & Sendable
}

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        (0x30...0x39).contains(self) || (0x41...0x46).contains(self) || (0x61...0x66).contains(self)
    }

    /// `pchar`, slash, question mark and the percent sign of an encoded byte.
    fileprivate var isAllowedInTarget: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: "-._~!$&'()*+,;=:@/?%".utf8.contains(self)
        }
    }
}
