import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import SystemPackage

/// One response of the server, read to its end.
struct TusResponse: Sendable {
    var status: Int
    var reason: String
    var headers: HTTPHeaders
    var body: Data

    /// A field that holds a non-negative decimal integer; nil when it is missing or holds anything else.
    func number(_ name: String) -> Int64? {
        guard let text = self.headers.first(name: name), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int64(text)
    }

    /// - Parameter file: for the message.
    func refusal(of file: String) -> TusFailure {
        let problem = try? JSONDecoder().decode(ProblemDetails.self, from: self.body)
        return .refusal(of: file, status: self.status, reason: self.reason, problem: problem)
    }
}

extension TusFailure {
    /// What happened, for people.
    var text: String {
        switch self {
        case .unreachable(let text), .passing(let text): text
        case .blocked(let error), .final(let error): error.message
        }
    }

    /// An error of the network in a few words; the libraries' own descriptions run over several lines.
    static func words(for error: any Error) -> String {
        switch error {
        case let error as HTTPClientError: error.shortDescription
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { Self.words(for: $0.error) } ?? "the name \(error.host) is not known"
        case let error as IOError: "\(Errno(rawValue: error.errnoCode))"
        default: "\(error)"
        }
    }
}
