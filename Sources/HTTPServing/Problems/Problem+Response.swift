package import HTTPTypes
package import Hummingbird

extension Problem {
    /// The problem as a response, which no cache keeps.
    ///
    /// - Parameters:
    ///   - method: of the request: HEAD gets no content.
    ///   - headers: further fields.
    package func response(to method: HTTPRequest.Method, headers: HTTPFields = [:]) -> Response {
        let body = self.json
        var headers = headers
        headers[.contentType] = Self.contentType
        headers[.contentLength] = String(body.readableBytes)
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        return Response(
            status: self.status,
            headers: headers,
            body: method == .head ? ResponseBody() : ResponseBody(byteBuffer: body)
        )
    }
}
