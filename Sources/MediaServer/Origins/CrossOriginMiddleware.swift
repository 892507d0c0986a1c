import HTTPSemantics
import HTTPServing
import HTTPTypes
import Hummingbird

/// Outermost: what scripts of other web sites may do (CORS), and the fields that every answer of an upload protocol has, also
/// when it is an error.
struct CrossOriginMiddleware: RouterMiddleware {
    typealias Context = MediaRequestContext

    let policy: CrossOriginPolicy

    func handle(
        _ request: Request,
        context: MediaRequestContext,
        next: (Request, MediaRequestContext) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        let address = RouteTable.address(of: path)
        let isUpload = UploadAddress.covers(target: path)
        let fields = self.fields(for: request, at: address, isUpload: isUpload || address == .upload)
        var response = try await next(request, context)
        response.headers.add(fields)
        if isUpload, !response.headers.contains(.tusResumable) {
            response.headers[.tusResumable] = TusVersion.current
        }
        return response
    }

    /// Uploads may be made from everywhere that is allowed, files and records read; nothing else.
    private func fields(for request: Request, at address: RouteTable.Address?, isUpload: Bool) -> HTTPFields {
        let origin = request.headers[.origin]
        let asked = request.method == .options ? request.headers[.accessControlRequestMethod] : nil
        if isUpload {
            return self.policy.preflightFields(origin: origin, requestedMethod: asked)
                ?? self.policy.responseFields(origin: origin)
        }
        guard [.get, .head, .options].contains(request.method), address?.isReadable == true else { return HTTPFields() }
        return self.policy.readingPreflightFields(origin: origin, requestedMethod: asked)
            ?? self.policy.readingFields(origin: origin)
    }
}
