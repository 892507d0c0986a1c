import NIOHPACK

/// What a request's header fields say in HTTP/2, put in the one form that the layers above look for.
enum HTTP2RequestFields {
    /// Makes one `host` field of each name that `:authority` and `host` give, where it is not just `:authority`, so that one
    /// rule fits all versions: exactly one name (``RequestHeadRules``).
    ///
    /// RFC 9113 section 8.3.1: `:authority` comes first, a `Host` that differs makes the request malformed, and what an
    /// intermediary made of an older request may have `Host` alone.
    static func nameServer(in headers: inout HPACKHeaders) {
        let authorities = headers[":authority"]
        let hosts = headers["host"]
        guard authorities.count != 1 || !hosts.isEmpty else { return }
        var names: [String] = []
        for name in authorities + hosts where !names.contains(where: { $0.lowercased() == name.lowercased() }) {
            names.append(name)
        }
        headers.remove(name: "host")
        if authorities.isEmpty {
            // Pseudo-header fields stand before all others.
            var ordered: HPACKHeaders = [":authority": names.first ?? ""]
            for (name, value, indexable) in headers { ordered.add(name: name, value: value, indexing: indexable) }
            headers = ordered
        }
        for name in names { headers.add(name: "host", value: name) }
    }

    /// Whether the request is malformed (RFC 9113 sections 8.2.1 and 8.3.1): a value with whitespace around it, or a path that is none.
    static func isMalformed(_ headers: HPACKHeaders) -> Bool {
        let isSpace: (UInt8?) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        return headers.contains { name, value, _ in
            isSpace(value.utf8.first) || isSpace(value.utf8.last)
                || name == ":path" && value.utf8.first != UInt8(ascii: "/") && value != "*"
        }
    }

    /// HTTP/2 says with frames whether a body comes; the layers above look for the fields that say it in HTTP/1.
    ///
    /// - Parameter isEnd: whether the stream ends with these fields.
    static func announceBody(in headers: inout HPACKHeaders, isEnd: Bool) {
        switch headers.first(name: ":method") {
        // Of these nobody expects a body (RFC 9110 section 9.3).
        case "GET", "HEAD", "DELETE", "CONNECT", "TRACE": return
        default: break
        }
        guard !headers.contains(name: "content-length") else { return }
        if isEnd {
            headers.add(name: "content-length", value: "0")
        } else {
            headers.add(name: "transfer-encoding", value: "chunked")
        }
    }
}
