import ArgumentParser
import AsyncHTTPClient
import Foundation
import MediaCore
import NIOCore
import NIOHTTP1

struct UploadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upload",
        abstract: "Sends files to a running mediad, with a progress bar.",
        discussion: "Prints one line per file: the URL it got. Exit status 2 when a file was refused."
    )

    @Argument(help: ArgumentHelp("Files to send.", valueName: "file"), completion: .file())
    var files: [String]

    @Option(help: ArgumentHelp("Collection: avatars, posters, videos, documents, ...", valueName: "collection"))
    var collection: String

    @Option(help: ArgumentHelp("Name in the collection, may have folders. Only with one file.", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("The daemon.", valueName: "url"))
    var server = "http://127.0.0.1:8080"

    @Flag(help: "Replace a file of this name where the collection asks for it.")
    var replace = false

    func validate() throws {
        if self.name != nil, self.files.count > 1 { throw ValidationError("--name goes with one file only.") }
        guard let url = URL(string: self.server), let scheme = url.scheme, ["http", "https"].contains(scheme),
            url.host != nil
        else { throw ValidationError("--server must be an http or https URL, e.g. http://127.0.0.1:8080.") }
    }

    func run() async throws {
        try await CommandFailure.report {
            let client = HTTPClient(eventLoopGroupProvider: .singleton)
            do {
                for file in self.files { try await self.send(file, client) }
            } catch {
                try? await client.shutdown()
                throw error
            }
            try await client.shutdown()
        }
    }

    private func send(_ file: String, _ client: HTTPClient) async throws {
        guard let handle = FileHandle(forReadingAtPath: file),
            let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int64
        else { throw MediaError(.notFound, "\(file) cannot be read.") }
        let bar = ProgressBar(label: URL(fileURLWithPath: file).lastPathComponent, total: size)
        var request = HTTPClientRequest(url: try self.address(of: file))
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/octet-stream")
        request.body = .stream(FileChunks(handle: handle, bar: bar), length: .known(size))
        let response: HTTPClientResponse
        do {
            // No deadline for the whole: a film takes as long as it takes. A dead connection ends by itself.
            response = try await client.execute(request, deadline: .distantFuture)
        } catch {
            bar.end()
            throw MediaError(.catalogUnavailable, "\(self.server) cannot be reached: \(error).")
        }
        let body = try await response.body.collect(upTo: 1 << 20)
        bar.end()
        try self.report(file, response.status, Data(body.readableBytesView))
    }

    private func report(_ file: String, _ status: HTTPResponseStatus, _ body: Data) throws {
        guard status == .created else {
            let problem = try? JSONDecoder().decode(Problem.self, from: body)
            throw MediaError(
                .invalidRequest,
                "\(file) was refused (\(status.code)): \(problem?.detail ?? status.reasonPhrase)"
            )
        }
        for record in try JSONDecoder().decode(Answer.self, from: body).files { print(self.server + record.url) }
    }

    private func address(of file: String) throws -> String {
        guard var components = URLComponents(string: self.server) else {
            throw MediaError(.invalidRequest, "--server is not a URL.")
        }
        components.path += components.path.hasSuffix("/") ? "api/upload" : "/api/upload"
        components.queryItems = [
            URLQueryItem(name: "collection", value: self.collection),
            URLQueryItem(name: "filename", value: URL(fileURLWithPath: file).lastPathComponent),
        ]
        if let name = self.name { components.queryItems?.append(URLQueryItem(name: "name", value: name)) }
        if self.replace { components.queryItems?.append(URLQueryItem(name: "replace", value: "true")) }
        // A plus sign means a space in a query; URLComponents leaves it as it is.
        components.percentEncodedQuery = components.percentEncodedQuery?.replacing("+", with: "%2B")
        return components.string ?? self.server
    }

    private struct Problem: Decodable {
        var detail: String
    }

    private struct Answer: Decodable {
        var files: [Record]
    }

    private struct Record: Decodable {
        var url: String
    }
}
