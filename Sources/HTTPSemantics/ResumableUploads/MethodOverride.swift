package import HTTPTypes

/// The method that a request is meant to have (tus 1.0, "X-HTTP-Method-Override").
package enum MethodOverride {
    /// The method in `X-HTTP-Method-Override`, nil without the field. It replaces the real one before anything looks at it.
    ///
    /// - Throws: ``UploadFieldError/Kind/malformed`` when the value is no method or the field occurs twice.
    package static func method(in fields: HTTPFields) throws(UploadFieldError) -> HTTPRequest.Method? {
        guard let text = try fields.single(.xHTTPMethodOverride) else { return nil }
        guard let method = HTTPRequest.Method(rawValue: text) else {
            throw UploadFieldError(.malformed, "X-HTTP-Method-Override must be the name of a method")
        }
        return method
    }
}
