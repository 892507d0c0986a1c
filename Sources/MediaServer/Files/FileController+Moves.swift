import Access
import Credentials
import HTTPSemantics
import HTTPServing
import HTTPTypes
import Hummingbird
import MediaCore
import MediaEngine

/// URLs that were given out and lead to no file any more: the file was replaced by one of another type, or the extension was left out.
extension FileController {
    /// 308 to the URL of today (RFC 9110 section 15.4.9), with all of the query.
    ///
    /// `v` stays: it tells parts of a stream that was replaced from those of its successor. Nobody keeps the response, because a file may
    /// go back to its former type, and two redirections that were kept would lead to each other.
    /// A signed address leads to a signed one, which ends at the same time.
    /// - Returns: nil where no file ever was, or the request may not know of it.
    func redirection(
        of target: RequestTarget,
        _ request: Request,
        below route: Route,
        context: MediaRequestContext
    ) async throws -> Response? {
        guard !target.path.hasTrailingSlash else { return nil }
        let segments = Array(target.path.segments.dropFirst(route.pattern.segments.count))
        guard let found = try await self.successor(of: segments, for: try context.asker) else { return nil }
        let prefix = route.pattern == Routes.files.pattern ? "/files/" : "/api/files/"
        let path = PercentPath.encode(path: ([found.path.text] + found.rest).joined(separator: "/"), under: prefix)
        let sent = request.head.path ?? ""
        let query = sent.utf8.firstIndex(of: UInt8(ascii: "?")).map { String(sent[$0...]) } ?? ""
        let guarding = context.access?.guarding(of: FileReference(found.path)) ?? .none
        let location: String
        if case .signature(let end) = guarding {
            let base = AddressSigner.base(of: sent)
            let query = base.utf8.firstIndex(of: UInt8(ascii: "?")).map { String(base[$0...]) } ?? ""
            location = context.access?.signed(path + query, until: end) ?? path + query
        } else {
            location = self.signature.carriedOver(from: sent, to: path + query)
        }
        var fields: HTTPFields = [
            .location: location, .contentLength: "0", .cacheControl: CacheControlValue.revalidated,
            .xContentTypeOptions: "nosniff",
        ]
        guarding.apply(to: &fields, freshness: .none, at: self.responder.clock().seconds)
        return Response(status: .permanentRedirect, headers: fields)
    }

    /// The file that the path, or its beginning, stands for, and what follows behind: `hls/index.m3u8`.
    private func successor(
        of segments: [String],
        for asker: RequestAccess
    ) async throws -> (path: MediaPath, rest: [String])? {
        guard let path = try? MediaPath(validating: segments) else { return nil }
        if let file = try await self.readableSuccessor(of: path, for: asker) { return (file.path, []) }
        guard let (beginning, _) = DerivedPath.split(segments), let path = try? MediaPath(validating: beginning),
            let file = try await self.readableSuccessor(of: path, for: asker)
        else { return nil }
        return (file.path, Array(segments.dropFirst(beginning.count)))
    }

    /// Whoever may not read what was there must not learn where it went.
    private func readableSuccessor(of path: MediaPath, for asker: RequestAccess) async throws -> MediaFile? {
        guard asker.allows(.readFile(FileReference(path))), let file = try await self.files.successor(of: path),
            asker.allows(.readFile(FileReference(file.path)))
        else { return nil }
        return file
    }
}
