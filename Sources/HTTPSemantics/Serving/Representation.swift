package import HTTPTypes

/// One version of a file as HTTP sees it: its length, type and validators all belong to the same bytes.
package struct Representation: Sendable {
    /// The Content-Type, parameters included.
    package var contentType: String

    /// The length in bytes, not negative.
    package var length: Int64

    /// ETag and Last-Modified. Give a strong tag: players need it for If-Range.
    package var validators: CurrentRepresentation

    /// What else a 200 carries: Cache-Control, Content-Disposition, Vary, Repr-Digest and the like.
    package var extraFields: HTTPFields

    package init(
        contentType: String,
        length: Int64,
        entityTag: EntityTag?,
        lastModified: Int64?,
        extraFields: HTTPFields = HTTPFields()
    ) {
        self.contentType = contentType
        self.length = length
        validators = CurrentRepresentation(entityTag: entityTag, lastModified: lastModified)
        self.extraFields = extraFields
    }

    /// The fields of the response with `content`.
    ///
    /// A 206 carries all representation fields as the 200 would (RFC 9110 15.3.7). A 304 carries ETag, Cache-Control,
    /// Content-Location, Expires and Vary, and Last-Modified only where there is no ETag to update by (15.4.5). A 412
    /// and a 416 carry none of them: what follows is not the file, and must not be cached like it.
    package func fields(for content: ServingPlan.Content) -> HTTPFields {
        switch content {
        case .full(let length):
            return contentFields(type: contentType, length: length)
        case .partial(let range, let length):
            var fields = contentFields(type: contentType, length: range.upperBound - range.lowerBound)
            fields.append(HTTPField(name: .contentRange, value: ContentRange.satisfied(range, of: length)))
            return fields
        case .multipart(let multipart, _):
            // No Content-Range at the top (RFC 9110 15.3.7.2).
            return contentFields(type: multipart.contentType, length: multipart.contentLength)
        case .notModified:
            var fields = HTTPFields()
            appendValidators(to: &fields, withLastModified: validators.entityTag == nil)
            for field in extraFields where Self.isKeptInNotModified(field.name) { fields.append(field) }
            return fields
        case .preconditionFailed:
            return HTTPFields()
        case .unsatisfiable(let length):
            var fields = HTTPFields()
            fields.append(HTTPField(name: .acceptRanges, value: "bytes"))
            fields.append(HTTPField(name: .contentRange, value: ContentRange.unsatisfied(length: length)))
            return fields
        }
    }

    private func contentFields(type: String, length: Int64) -> HTTPFields {
        var fields = extraFields
        fields.append(HTTPField(name: .contentType, value: type))
        fields.append(HTTPField(name: .contentLength, value: String(length)))
        fields.append(HTTPField(name: .acceptRanges, value: "bytes"))
        appendValidators(to: &fields, withLastModified: true)
        return fields
    }

    private func appendValidators(to fields: inout HTTPFields, withLastModified: Bool) {
        if let tag = validators.entityTag { fields.append(HTTPField(name: .eTag, value: tag.description)) }
        if withLastModified, let modified = validators.lastModified {
            fields.append(HTTPField(name: .lastModified, value: HTTPDate.format(modified)))
        }
    }

    private static func isKeptInNotModified(_ name: HTTPField.Name) -> Bool {
        switch name {
        case .cacheControl, .contentLocation, .expires, .vary: true
        default: false
        }
    }
}
