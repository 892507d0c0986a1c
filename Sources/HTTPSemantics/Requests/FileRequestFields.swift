package import HTTPTypes

/// The fields of a request that whoever responds with a file reads, all of them.
///
/// Clients, libraries, proxies and content delivery networks add fields of their own to every request. None of them may change a response,
/// nor make it dearer: ``SimpleRequest`` passes them over, and the routes that files are served by do not get to see them
/// (``HTTPFields/onlyReadForFiles``). So what memory responds and what the router responds cannot differ by a field that one of them knows
/// and the other does not.
package enum FileRequestFields {
    /// What decides about the response or the connection.
    package static let deciding: Set<HTTPField.Name> = [
        .literal("Host"), .accept, .origin, .authorization, .connection, .wantReprDigest,
        .range, .ifRange, .ifMatch, .ifNoneMatch, .ifModifiedSince, .ifUnmodifiedSince,
        .contentLength, .transferEncoding, .expect, .trailer, .upgrade, .literal("Proxy-Connection"), .requestID,
    ]

    /// What is read for the log and for the limits of an address, and never for a file. The last two are a browser's question before a
    /// request of another kind (Fetch standard, "CORS-preflight fetch"), which only OPTIONS asks.
    package static let describing: Set<HTTPField.Name> = [
        .forwarded, .xForwardedFor, .xForwardedHost, .xForwardedProto,
        .accessControlRequestMethod, .accessControlRequestHeaders,
    ]
}

extension HTTPFields {
    /// Those of ``FileRequestFields``, in their order.
    package var onlyReadForFiles: HTTPFields {
        guard self.contains(where: { !Self.isReadForFiles($0.name) }) else { return self }
        var fields = HTTPFields()
        for field in self where Self.isReadForFiles(field.name) { fields.append(field) }
        return fields
    }

    private static func isReadForFiles(_ name: HTTPField.Name) -> Bool {
        FileRequestFields.deciding.contains(name) || FileRequestFields.describing.contains(name)
    }
}
