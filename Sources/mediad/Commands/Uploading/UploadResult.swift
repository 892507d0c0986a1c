import Foundation
import UploadClient

/// How it went with one file, for programs.
struct UploadResult: Encodable {
    private struct Failure: Encodable {
        var code: String
        var message: String
    }

    private let file: String
    /// Nil for a file that is not there.
    private let url: String?
    private let id: String?
    private let path: String?
    private let type: String?
    private let size: Int64?
    private let sha256: String?
    private let seconds: Double?
    /// Nil for a file that is there, and after Ctrl-C.
    private let error: Failure?

    /// - Parameter file: as it was named.
    init(file: String, _ outcome: UploadOutcome) {
        self.file = file
        self.url = outcome.url
        self.id = outcome.file?.id
        self.path = outcome.file?.path
        self.type = outcome.file?.type
        self.size = outcome.file?.size
        self.sha256 = outcome.file?.sha256
        self.error = outcome.error.map { Failure(code: $0.code.rawValue, message: $0.message) }
        if case .sent(_, let time, _) = outcome {
            self.seconds = ((time / .milliseconds(1)).rounded()) / 1000
        } else {
            self.seconds = nil
        }
    }

    /// As JSON in one line.
    var line: String { JSONLine.text(self) }
}

/// One JSON object a line.
enum JSONLine {
    static func text(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
