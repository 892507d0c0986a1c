import FoundationEssentials
import HTTPServing
import HTTPTypes
import Hummingbird
import MediaEngine
import NIOCore

/// `GET /`: the page to try things with. One file, no build step; `page.enabled: false` switches it off.
struct PageController: Sendable {
    /// What the page offers to upload to, as far as whoever asks may know of it.
    let collections: [String]
    /// Who decides who may do what, and whether anybody does.
    let access: AccessService

    func register(with handlers: inout RouteHandlers<MediaRequestContext>) {
        handlers.on(Routes.page, .get, .head) { request, context in
            let asker = try context.asker
            let collections = self.collections.filter { asker.mayKnow(ofCollection: $0) }
            return await self.page(of: collections, isHead: request.method == .head)
        }
    }

    /// `open`: there is no key yet, which the page warns of. `delegated`: something in front of the daemon decides.
    private func accessText() async -> String {
        if self.access.mode == .open { return "delegated" }
        return await self.access.isOpen() ? "open" : "required"
    }

    private func page(of collections: [String], isHead: Bool) async -> Response {
        let nonce = (0..<16).map { _ in String(UInt8.random(in: 0...255), radix: 16) }.joined()
        let html = String(decoding: PackageResources.index_html, as: UTF8.self)
            .replacing("<script>", with: "<script nonce=\"\(nonce)\">", maxReplacements: 1)
            .replacing(
                "content=\"avatars posters videos documents\"",
                with: "content=\"\(collections.joined(separator: " "))\"",
                maxReplacements: 1
            )
            .replacing(
                "name=\"mediad-access\" content=\"open\"",
                with: "name=\"mediad-access\" content=\"\(await self.accessText())\"",
                maxReplacements: 1
            )
            .replacing("<style>", with: "<style nonce=\"\(nonce)\">", maxReplacements: 1)
        let body = ByteBuffer(string: html)
        let headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8",
            .contentLength: String(body.readableBytes),
            .cacheControl: "no-cache",
            .vary: "Authorization",
            .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy: """
            default-src 'none'; script-src 'nonce-\(nonce)'; style-src 'nonce-\(nonce)'; img-src 'self' blob: data:; \
            media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
            """,
        ]
        return Response(status: .ok, headers: headers, body: isHead ? ResponseBody() : ResponseBody(byteBuffer: body))
    }
}
