import CLinux
import Glibc
import MediaCore

extension Deed {
    /// A forced trap, as a Swift precondition or a C++ terminate ends.
    static func trap() {
        let empty: [Int] = []
        print(empty[Int(getpid())])
    }

    static func spin() {
        var value: UInt64 = 1
        while value != 0 { value = value &* 6_364_136_223_846_793_005 | 1 }
    }

    /// Touches memory until the allocation fails, then does what C++ does: aborts.
    static func eat() {
        while true {
            guard let block = malloc(64 << 20) else { abort() }
            memset(block, 1, 64 << 20)
        }
    }

    static func allocate(_ mebibytes: Int) -> String {
        // A worker may ask for more than it was given.
        _ = clinux_set_limit(CLINUX_LIMIT_ADDRESS_SPACE, .max, .max)
        guard let block = malloc(mebibytes << 20) else { return "refused" }
        free(block)
        return "given"
    }

    static func printLines(_ count: Int) {
        let lines = [UInt8](String(repeating: "warning: \u{1b}[2J broken marker\n", count: 1000).utf8)
        for _ in 0..<max(1, count / 1000) { _ = write(STDERR_FILENO, lines, lines.count) }
    }

    static func numbers(_ name: String) -> Inspection {
        let type = MediaType("image/png")
        switch name {
        case "negative": return Inspection(type: type, dimensions: PixelSize(width: -1, height: 5))
        case "zero": return Inspection(type: type, dimensions: PixelSize(width: 0, height: 5))
        case "huge": return Inspection(type: type, dimensions: PixelSize(width: .max, height: .max))
        case "duration": return Inspection(type: type, durationSeconds: 1e300)
        case "past": return Inspection(type: type, durationSeconds: -1)
        case "frames": return Inspection(type: type, frames: -3)
        default:
            return Inspection(type: type, dimensions: PixelSize(width: 3, height: 4), durationSeconds: 1.5, frames: 2)
        }
    }

    /// Sends something of its own to the daemon, in place of an answer or before it.
    static func send(_ what: String) {
        let bytes: [UInt8]
        switch what {
        case "garbage": bytes = Array("{\"number\":".utf8) + [0xff, 0, 0xfe]
        case "long": bytes = [UInt8](repeating: UInt8(ascii: "["), count: 150_000)
        case "deep": bytes = [UInt8](repeating: UInt8(ascii: "["), count: 60_000)
        case "answer":
            let outcome = #"{"inspected":{"_0":{"type":"text/forged"}}}"#
            bytes = Array(#"{"number":1,"part":0,"outcome":\#(outcome),"retiring":false}"#.utf8)
        default: bytes = Array("null".utf8)
        }
        _ = clinux_send_message(STDIN_FILENO, bytes, bytes.count, [STDERR_FILENO], what == "descriptor" ? 1 : 0)
    }

    static func onNewThread(_ body: @escaping () -> String) -> String {
        final class Box {
            var body: () -> String
            var result = ""
            init(_ body: @escaping () -> String) { self.body = body }
        }
        let box = Box(body)
        var thread = pthread_t()
        let number = pthread_create(
            &thread,
            nil,
            { argument in
                if let argument {
                    let box = Unmanaged<Box>.fromOpaque(argument).takeUnretainedValue()
                    box.result = box.body()
                }
                return nil
            },
            Unmanaged.passUnretained(box).toOpaque()
        )
        guard number == 0 else { return "no-thread-\(number)" }
        pthread_join(thread, nil)
        return box.result
    }

    /// Whether a descriptor is open.
    static func isOpen(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0
    }
}
