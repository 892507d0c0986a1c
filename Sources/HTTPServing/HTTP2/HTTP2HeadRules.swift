import HTTPTypes

/// What heads of HTTP/2 must and must not have, beyond ``RequestHeadRules`` and what NIO sees to.
enum HTTP2HeadRules {
    private static let nameless = ConnectionRefusal(
        status: .badRequest,
        detail: "A request must name its server (:authority or Host)."
    )

    /// - Throws: how the request is to be refused.
    static func check(_ head: HTTPRequest, limits: ConnectionLimits) throws(ConnectionRefusal) {
        let hosts = head.hosts
        var count = head.headerFields.count
        var length = head.target.utf8.count
        for field in head.headerFields { length += field.name.canonicalName.utf8.count + field.value.utf8.count }
        // As in HTTP/1 the name of the server is a field like any other.
        if !head.headerFields.contains(.hostLine) {
            count += hosts.count
            for host in hosts { length += 4 + host.utf8.count }
        }
        guard count <= limits.maximumHeaderCount, length <= limits.maximumHeaderBytes else {
            throw .headTooLarge
        }
        guard hosts.first != "" else { throw self.nameless }
        try RequestHeadRules.check(head)
    }

    /// The layers above find the name of the server in one place only.
    static func settleAuthority(of head: inout HTTPRequest) {
        guard let host = head.headerFields[values: .hostLine].first else { return }
        head.authority = host
        head.headerFields[.hostLine] = nil
    }

    /// Whatever the client or a gateway says in `:scheme`: HTTP/2 is only spoken over TLS here.
    static func settleScheme(of head: inout HTTPRequest) { head.scheme = "https" }

    /// For a client that did not ask by HEAD, though the layers above believe so.
    static func showNoContent(in head: inout HTTPResponse) {
        guard head.status.code != 204, head.status.code != 304 else { return }
        head.headerFields[.contentLength] = "0"
    }

    /// RFC 9113 section 8.2.2: what is said of a connection of HTTP/1 has no place here.
    static func removeConnectionFields(of head: inout HTTPResponse) {
        guard head.headerFields.contains(where: { self.isOfConnection($0.name) }) else { return }
        head.headerFields.removeAll { self.isOfConnection($0.name) }
    }

    private static func isOfConnection(_ name: HTTPField.Name) -> Bool {
        switch name.canonicalName {
        case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade": true
        default: false
        }
    }
}
