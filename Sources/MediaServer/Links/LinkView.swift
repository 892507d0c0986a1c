import FoundationEssentials
import HTTPSemantics
import MediaCore
import MediaEngine

/// What a client asks to link: `{"entity": "movie", "entityId": "42", "role": "poster", "single": true}`.
struct LinkRequest: Decodable {
    var entity: String
    var entityId: String
    var role: String
    /// Nil: as the role is by now.
    var single: Bool?

    /// - Throws: `invalid_request`, naming the member.
    var link: FileLink {
        get throws(MediaError) {
            try FileLink(validating: self.entity, entityID: self.entityId, role: self.role)
        }
    }
}

/// A link as clients see it.
struct LinkView: Encodable {
    var entity: String
    var entityId: String
    var role: String
    var single: Bool
    var fileId: String
    var path: String
    var url: String
    var createdAt: String

    init(_ link: LinkRecord) {
        self.entity = link.link.entity
        self.entityId = link.link.entityID
        self.role = link.link.role
        self.single = link.isSingle
        self.fileId = link.fileID.description
        self.path = link.path.text
        self.url = PercentPath.encode(path: link.path.text, under: "/files/") + "?v=\(link.version)"
        self.createdAt = link.createdAt.description
    }
}

/// One page of links.
struct LinkPage: Encodable {
    var links: [LinkView]
    /// What to send as `cursor` for the next page; null at the end.
    var nextCursor: String?

    init(_ page: LinkService.Page) {
        self.links = page.links.map { LinkView($0) }
        self.nextCursor = page.next?.cursor
    }

    private enum Key: String, CodingKey { case links, nextCursor }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(self.links, forKey: .links)
        try container.encode(self.nextCursor, forKey: .nextCursor)
    }
}

extension LinkRecord.Key {
    /// As clients hand it back: base64url of a JSON list.
    var cursor: String? {
        let parts = [self.link.entity, self.link.entityID, self.link.role, self.fileID.description]
        guard let json = try? JSONEncoder().encode(parts) else { return nil }
        return json.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Reads ``cursor``; nil for anything else.
    init?(cursor text: String) {
        guard text.utf8.count <= 4096 else { return nil }
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        let base64 = text.replacing("-", with: "+").replacing("_", with: "/") + padding
        guard let data = Data(base64Encoded: base64), let parts = try? JSONDecoder().decode([String].self, from: data),
            parts.count == 4, let id = MediaID(parts[3]),
            let link = try? FileLink(validating: parts[0], entityID: parts[1], role: parts[2])
        else { return nil }
        self.init(link: link, fileID: id)
    }
}
