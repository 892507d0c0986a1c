import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Lists and deletes files of a mediad.
///
/// ```swift
/// let client = RecordClient(server: "https://media.example")
/// try await client.list(collection: "posters", prefix: nil) { record in print(record.path) }
/// await client.shutdown()
/// ```
package final class RecordClient: Sendable {
    /// What the daemon knows of a file, as far as a list shows it.
    package struct Record: Codable, Hashable, Sendable {
        package var id: String
        package var path: String
        /// Where the file is served.
        package var url: String
        package var size: Int64
        package var type: String
        package var sha256: String
        package var updatedAt: String
    }

    private struct Page: Decodable {
        var files: [Record]
        var nextCursor: String?
    }

    private let server: String
    private let credential: String?
    private let http: HTTPClient
    /// Beyond, a page is none of a mediad.
    private static let largestPage = 64 << 20

    /// Opens no connection yet; end it with ``shutdown()``.
    ///
    /// - Parameter credential: a key or a token, sent as `Bearer` with each request.
    package init(server: String, credential: String? = nil) {
        self.credential = credential
        self.server = String(server.reversed().drop { $0 == "/" }.reversed())
        var configuration = HTTPClient.Configuration(timeout: .init(connect: .seconds(10), read: .seconds(60)))
        configuration.redirectConfiguration = .disallow
        self.http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Closes the connections.
    package func shutdown() async { try? await self.http.shutdown() }

    /// Tells all files, newest first, page by page.
    /// - Parameters:
    ///   - collection: of this one only.
    ///   - prefix: with which their paths begin.
    /// - Throws: ``UploadClientError``.
    package func list(
        collection: String?,
        prefix: String?,
        _ body: (Record) -> Void
    ) async throws(UploadClientError) {
        var cursor: String?
        repeat {
            let query = [("collection", collection), ("pathPrefix", prefix), ("cursor", cursor)]
            let page = try await self.page(query)
            for record in page.files { body(record) }
            // A server that says the same cursor again would be asked for ever.
            guard page.nextCursor != cursor else { return }
            cursor = page.nextCursor
        } while cursor != nil
    }

    /// Deletes the file at this path (`posters/1.jpg`).
    /// - Parameters:
    ///   - isPermanent: past the trash.
    ///   - removesLinks: whether links to it are removed. Foreign keys refuse in any case.
    /// - Throws: ``UploadClientError`` `refused` when there is none, or it may not be deleted.
    package func delete(
        path: String,
        isPermanent: Bool = false,
        removesLinks: Bool = false
    ) async throws(UploadClientError) {
        let page = try await self.page([("path", path)], of: path)
        guard let record = page.files.first else { throw UploadClientError(.refused, "There is no file \(path).") }
        let flags = (isPermanent ? ["permanent=true"] : []) + (removesLinks ? ["force=true"] : [])
        let query = flags.isEmpty ? "" : "?" + flags.joined(separator: "&")
        _ = try await self.perform(.DELETE, "/api/media/\(record.id)\(query)", of: path)
    }

    private func page(
        _ query: [(String, String?)],
        of what: String = "The list"
    ) async throws(UploadClientError) -> Page {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~/")
        let pairs = query.compactMap { name, value in
            value.flatMap { $0.addingPercentEncoding(withAllowedCharacters: allowed) }.map { "\(name)=\($0)" }
        }
        let body = try await self.perform(.GET, "/api/media?" + pairs.joined(separator: "&"), of: what)
        do {
            return try JSONDecoder().decode(Page.self, from: body)
        } catch {
            throw UploadClientError(.refused, "\(self.server) did not send a list of files; is that a mediad?")
        }
    }

    private func perform(
        _ method: HTTPMethod,
        _ target: String,
        of what: String
    ) async throws(UploadClientError) -> Data {
        var request = HTTPClientRequest(url: self.server + target)
        request.method = method
        if let credential { request.headers.add(name: "Authorization", value: "Bearer \(credential)") }
        let (status, body): (HTTPResponseStatus, ByteBuffer)
        do {
            let response = try await self.http.execute(request, timeout: .seconds(120))
            (status, body) = (response.status, try await response.body.collect(upTo: Self.largestPage))
        } catch {
            throw UploadClientError(.unreachable, "\(self.server) cannot be reached: \(TusFailure.words(for: error)).")
        }
        let data = Data(body.readableBytesView)
        guard (200..<300).contains(status.code) else {
            let problem = try? JSONDecoder().decode(ProblemDetails.self, from: data)
            throw UploadClientError(
                .refused,
                "\(what) was refused (\(status.code)): \(problem?.detail ?? status.reasonPhrase)"
            )
        }
        return data
    }
}
