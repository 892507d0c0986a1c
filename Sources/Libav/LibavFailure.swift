import CLibav

/// What one of FFmpeg's functions answered instead of a result.
package struct LibavFailure: Error, CustomStringConvertible {
    /// The function, or what was tried.
    package var operation: String
    /// The reason: FFmpeg's description of the error code, or what the throwing code found.
    package var text: String

    package init(operation: String, text: String) {
        self.operation = operation
        self.text = text
    }

    /// - Parameter code: negative, as FFmpeg's functions answer (libavutil/error.h).
    init(operation: String, code: Int32) {
        var buffer = [CChar](repeating: 0, count: 128)
        _ = clibav().pointee.av_strerror(code, &buffer, buffer.count)
        let text = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        self.init(operation: operation, text: String(decoding: text, as: UTF8.self))
    }

    package var description: String { "\(self.operation): \(self.text)" }
}
