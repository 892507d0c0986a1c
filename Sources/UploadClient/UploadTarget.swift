import Foundation

/// Where files go: which server, which collection, which name.
package struct UploadTarget: Hashable, Sendable {
    /// The daemon's URL, without a slash at the end.
    package var server: String
    /// The collection, by its name.
    package var collection: String
    /// The name in the collection, with folders; nil lets the server choose one. For one file only.
    package var name: String?
    /// Whether a file of this name is replaced where the collection asks for it.
    package var replace: Bool

    /// A target; slashes at the end of `server` are dropped.
    package init(server: String, collection: String, name: String? = nil, replace: Bool = false) {
        self.server = String(server.reversed().drop { $0 == "/" }.reversed())
        self.collection = collection
        self.name = name
        self.replace = replace
    }

    /// Where uploads are made.
    var endpoint: String { self.server + "/api/uploads" }

    /// The value of `Upload-Metadata` for a file of this name (tus 1.0, creation): keys, and values in Base64. Control
    /// characters, which the daemon does not take and a file's name may hold, become underscores.
    func metadata(filename: String) -> String {
        let name = filename.unicodeScalars.map { $0.properties.generalCategory == .control ? "_" : $0 }
        var pairs = [("collection", self.collection)]
        if !name.isEmpty { pairs.insert(("filename", String(String.UnicodeScalarView(name))), at: 0) }
        if let name = self.name { pairs.append(("name", name)) }
        if self.replace { pairs.append(("replace", "true")) }
        return pairs.map { "\($0) \(Data($1.utf8).base64EncodedString())" }.joined(separator: ",")
    }

    /// A URL as the server gave it, absolute or relative to where uploads are made (RFC 9110, section 10.2.2).
    /// - Returns: nil for what is no URL of HTTP.
    func resolve(_ location: String) -> String? {
        guard let url = URL(string: location, relativeTo: URL(string: self.endpoint)),
            let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme), url.host != nil
        else { return nil }
        return url.absoluteString
    }
}
