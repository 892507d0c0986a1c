import Crypto
package import HTTPSemantics
package import NIOCore

/// One file of the page, ready to be sent.
package struct FrontFile: Sendable {
    /// Relative to the folder: `movies/list.js`.
    package let path: String
    /// Media type with its charset.
    package let type: String
    /// As it lies in the folder; in ``FrontBuild`` with the version for `current`.
    package let bytes: ByteBuffer
    /// By gzip; nil where that saves nothing.
    package let compressed: ByteBuffer?
    private let digest: String

    package init(path: String, bytes: ByteBuffer) {
        self.path = path
        self.type = Self.type(of: path)
        self.bytes = bytes
        self.compressed = Self.isText(self.type) ? Gzip.compress(bytes, .most) : nil
        self.digest = SHA256.hash(data: bytes.readableBytesView).hexadecimal(first: 16)
    }

    /// A strong tag of either form (RFC 9110 section 8.8.3.3: each coding has one of its own).
    package func tag(isCompressed: Bool) -> EntityTag? {
        EntityTag(opaque: isCompressed ? self.digest + "-gzip" : self.digest)
    }

    /// The media type of a file by the end of its name.
    package static func type(of path: String) -> String {
        let name = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
        return switch name {
        case "html": "text/html; charset=utf-8"
        case "js", "mjs": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "json": "application/json"
        case "webmanifest": "application/manifest+json"
        case "svg": "image/svg+xml"
        case "txt", "md": "text/plain; charset=utf-8"
        case "png": "image/png"
        case "jpg", "jpeg": "image/jpeg"
        case "webp": "image/webp"
        case "avif": "image/avif"
        case "ico": "image/x-icon"
        case "woff2": "font/woff2"
        case "wasm": "application/wasm"
        default: "application/octet-stream"
        }
    }

    private static func isText(_ type: String) -> Bool {
        type.hasPrefix("text/") || type.hasSuffix("json") || type.hasSuffix("+xml") || type == "application/wasm"
    }
}

extension SHA256.Digest {
    /// So many of the first hexadecimal digits.
    func hexadecimal(first count: Int) -> String {
        let digits = Array("0123456789abcdef")
        return String(self.lazy.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }.prefix(count))
    }
}
