import HTTPSemantics
import HTTPTypes

/// Plans for a video of 1000 bytes.
enum Plans {
    /// The present: Sun, 06 Nov 1994 08:49:37 GMT. The file is an hour older.
    static let now: Int64 = 784_111_777

    static func plan(
        _ method: HTTPRequest.Method = .get,
        _ headers: [(HTTPField.Name, String)] = [],
        length: Int64 = 1000,
        tag: String? = "\"a\""
    ) -> ServingPlan {
        var fields = HTTPFields()
        for (name, value) in headers { fields.append(HTTPField(name: name, value: value)) }
        let representation = Representation(
            contentType: "video/mp4",
            length: length,
            entityTag: tag.flatMap { EntityTag(parsing: $0) },
            lastModified: now - 3600,
            extraFields: [
                .cacheControl: "max-age=31536000, immutable", .contentDisposition: "inline", .vary: "Accept",
                .contentLocation: "/files/a.mp4", .expires: "0",
            ]
        )
        return ServingPlan.make(method: method, headers: fields, representation: representation, now: now)
    }
}
