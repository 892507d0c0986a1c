import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// tus 1.0 from the client's side (core protocol, creation, termination), and the daemon's own `GET` on an upload.
final class TusClient: Sendable {
    /// Where an upload is.
    struct Position: Hashable, Sendable {
        var offset: Int64
        /// Nil when the server does not know.
        var length: Int64?
    }

    let target: UploadTarget
    private let credential: String?
    private let http: HTTPClient
    private let pool: NIOThreadPool
    private let responded = Mutex(false)

    /// - Parameters:
    ///   - credential: sent as `Bearer` with each request.
    ///   - pool: where files are read; started.
    init(target: UploadTarget, credential: String? = nil, http: HTTPClient, pool: NIOThreadPool) {
        self.target = target
        self.credential = credential
        self.http = http
        self.pool = pool
    }

    /// Whether the server has ever responded, whatever it said.
    var hasResponded: Bool { self.responded.withLock { $0 } }

    /// Announces a file (tus 1.0, creation).
    /// - Returns: the upload's own URL.
    func create(_ file: LocalFile) async throws(TusFailure) -> String {
        let response = try await self.perform(
            .POST,
            self.target.endpoint,
            ["Upload-Length": "\(file.size)", "Upload-Metadata": self.target.metadata(filename: file.name)]
        )
        guard response.status == 201 else {
            // A name that is taken is also a conflict, and stays one: at this point there is nothing to agree on again.
            if response.status == 409, case .passing(let message) = response.refusal(of: file.path) {
                throw .final(UploadClientError(.nameTaken, "\(file.path) was \(message)"))
            }
            throw response.refusal(of: file.path)
        }
        guard let location = response.headers.first(name: "Location"), let upload = self.target.resolve(location) else {
            throw .final(UploadClientError(.refused, "\(self.target.endpoint) made an upload and did not say where."))
        }
        return upload
    }

    /// - Returns: nil when the server knows the upload no more.
    func position(of upload: String, _ file: LocalFile) async throws(TusFailure) -> Position? {
        let response = try await self.perform(.HEAD, upload)
        switch response.status {
        case 404, 410: return nil
        case 200..<300:
            guard let offset = response.number("Upload-Offset") else {
                throw .final(UploadClientError(.refused, "\(upload) did not say how far it is."))
            }
            return Position(offset: offset, length: response.number("Upload-Length"))
        default: throw response.refusal(of: file.path)
        }
    }

    /// Sends the file from `offset` to its end in one request; with nothing left, asks for the upload's processing again.
    /// - Returns: how far the upload is then.
    func append(
        _ file: LocalFile,
        from offset: Int64,
        to upload: String,
        onProgress: @escaping @Sendable (Int64) -> Void
    ) async throws(TusFailure) -> Int64 {
        let chunks = FileChunks(file: file, offset: offset, pool: self.pool, onProgress: onProgress)
        let response = try await self.perform(
            .PATCH,
            upload,
            ["Upload-Offset": "\(offset)", "Content-Type": "application/offset+octet-stream"],
            .stream(chunks, length: .known(file.size - offset))
        )
        switch response.status {
        case 200..<300: return response.number("Upload-Offset") ?? file.size
        // It ended meanwhile: asking how far it is will tell.
        case 404, 410: throw .passing(response.refusal(of: file.path).text)
        default: throw response.refusal(of: file.path)
        }
    }

    /// What became of the upload.
    func status(of upload: String, _ file: LocalFile) async throws(TusFailure) -> UploadStatus {
        let response = try await self.perform(.GET, upload)
        guard response.status == 200 else { throw response.refusal(of: file.path) }
        guard let status = try? JSONDecoder().decode(UploadStatus.self, from: response.body) else {
            throw .final(UploadClientError(.refused, "\(upload) did not say what became of it; is that a mediad?"))
        }
        return status
    }

    /// Frees what the server keeps of the upload (tus 1.0, termination). Whether it worked matters to nobody: uploads expire.
    func terminate(_ upload: String) async { _ = try? await self.perform(.DELETE, upload) }

    private func perform(
        _ method: HTTPMethod,
        _ url: String,
        _ fields: [String: String] = [:],
        _ body: HTTPClientRequest.Body? = nil
    ) async throws(TusFailure) -> TusResponse {
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers.add(name: "Tus-Resumable", value: "1.0.0")
        if let credential { request.headers.add(name: "Authorization", value: "Bearer \(credential)") }
        for (name, value) in fields { request.headers.add(name: name, value: value) }
        request.body = body
        do {
            // No deadline for the whole: a video takes as long as it takes. Silence has one (the client's idle time-outs).
            let response = try await self.http.execute(request, deadline: .distantFuture)
            let body = method == .HEAD ? ByteBuffer() : try await response.body.collect(upTo: 1 << 20)
            self.responded.withLock { $0 = true }
            return TusResponse(
                status: Int(response.status.code),
                reason: response.status.reasonPhrase,
                headers: response.headers,
                body: Data(body.readableBytesView)
            )
        } catch let error as UploadClientError {
            // From reading the file.
            throw .final(error)
        } catch {
            throw .unreachable(TusFailure.words(for: error))
        }
    }
}
