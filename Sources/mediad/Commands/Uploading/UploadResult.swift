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
    private let seconds: Double?
    /// Nil for a file that is there, and after Ctrl-C.
    private let error: Failure?

    /// - Parameter file: as it was named.
    init(file: String, _ outcome: UploadOutcome) {
        self.file = file
        self.url = outcome.url
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
