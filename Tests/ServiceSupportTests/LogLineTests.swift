import Logging
import Synchronization
import Testing

@testable import ServiceSupport

@Suite("A line of the log")
struct LogLineTests {
    @Test(
        "F5: what clients send cannot begin another line, nor command a terminal",
        arguments: [
            (
                "name=a\n2026-01-01T00:00:00Z error mediad: forged\n",
                #"name=a\n2026-01-01T00:00:00Z error mediad: forged"#
            ),
            ("a\r\nb\tc\n", #"a\r\nb\tc"#), ("\u{1B}[2J\u{9B}31m\n", #"\u{1b}[2J\u{9b}31m"#),
            ("a\u{2028}b\u{2029}c\u{85}d\u{0}\n", #"a\u{2028}b\u{2029}c\u{85}d\u{0}"#),
            ("Amélie 😀 \\n\n", #"Amélie 😀 \n"#), ("\n", ""),
        ]
    )
    func escaping(_ line: String, _ expected: String) {
        #expect(LogLine.escaped(line) == expected + "\n")
    }

    @Test("F5: one event is one line in both formats, whatever is in it", arguments: LogFormat.allCases)
    func oneLine(_ format: LogFormat) {
        let written = Mutex("")
        let handler = format.handler(label: "test", level: .info) { text in written.withLock { $0 += text } }
        Logger(label: "test") { _ in handler }.notice("Two\nlines", metadata: ["name": "a\r\nb\u{2028}c"])
        let text = written.withLock { $0 }
        #expect(text.unicodeScalars.count { $0 == "\n" || $0 == "\r" } == 1)
        #expect(text.hasSuffix("\n"))
    }
}
