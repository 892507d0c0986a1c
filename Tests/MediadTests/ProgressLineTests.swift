import Testing

@testable import mediad

@Suite("The progress line")
struct ProgressLineTests {
    private func line(_ label: String = "film.mp4", done: Int64 = 32 << 20) -> ProgressLine {
        var line = ProgressLine(label: label, total: 64 << 20, done: done)
        line.rate.record(done - 10_000_000, at: .zero)
        line.rate.record(done, at: .seconds(1))
        return line
    }

    @Test("Bar, share, size, rate and time left")
    func whole() {
        #expect(
            line().text(columns: 120)
                == "film.mp4 [###############---------------]  50% of 64 MiB, 9.5 MiB/s, 0:04 left"
        )
    }

    @Test("What was sent by an earlier run is shown from the start")
    func resumed() {
        let line = ProgressLine(label: "a", total: 1000, done: 750)
        #expect(line.text(columns: 60) == "a [######################--------]  75% of 1000 bytes")
    }

    @Test("100 % is not said too early")
    func almost() {
        let almost = ProgressLine(label: "a", total: 1_000_000, done: 999_999)
        #expect(almost.text(columns: 80).contains(" 99% "))
        let all = ProgressLine(label: "a", total: 1_000_000, done: 1_000_000)
        #expect(all.text(columns: 80).contains("100% of 976.5 KiB, waiting for the server"))
    }

    @Test("What is waited for takes the place of rate and time")
    func waiting() {
        var line = line()
        line.waitingFor = "being processed"
        #expect(line.text(columns: 120).hasSuffix(" 50% of 64 MiB, being processed"))
    }

    @Test(
        "A line never wraps, whatever the width and the name",
        arguments: [
            "film.mp4", "", String(repeating: "a very long name ", count: 30), "映画のとても長い名前です.mp4", "👩‍👩‍👧‍👦🎬.mov",
            "e\u{301}te\u{301}.jpg", "two\nlines\u{1B}[2J\r.jpg", "\u{202E}gpj.exe",
        ]
    )
    func width(_ name: String) {
        for columns in [0, 1, 2, 3, 8, 9, 10, 11, 12, 20, 33, 40, 60, 79, 80, 132, 250] {
            for labelWidth in [0, 10, 500] {
                let text = line(name).text(columns: columns, labelWidth: labelWidth)
                #expect(TerminalText.width(text) <= max(0, columns - 1), "\(columns): \(text)")
            }
        }
    }

    @Test("A name cannot move the cursor")
    func control() {
        let text = line("two\nlines\u{1B}[2J\r\u{202E}\u{7F}\u{9B}.jpg").text(columns: 200)
        #expect(text.hasPrefix("two?lines?[2J????.jpg "))
    }

    @Test("Labels are filled up to the widest, so that bars begin below each other")
    func aligned() {
        let texts = [line("a"), line("été"), line("名前")].map { $0.text(columns: 100, labelWidth: 6) }
        for text in texts {
            let start = text.firstIndex(of: "[") ?? text.startIndex
            #expect(TerminalText.width(text[..<start]) == 7, "\(text)")
        }
    }

    @Test(
        "Times and rates as people read them",
        arguments: [
            (Duration.zero, "0:00"), (.milliseconds(7900), "0:07"), (.seconds(750), "12:30"),
            (.seconds(3723), "1:02:03"),
            (.seconds(360_000), "100:00:00"),
        ]
    )
    func clock(_ time: Duration, _ text: String) {
        #expect(ProgressLine.clock(time) == text)
    }

    @Test(arguments: [(0.0, "0 bytes/s"), (812_400, "793.3 KiB/s"), (1_048_576, "1 MiB/s"), (35_249_000, "33.6 MiB/s")])
    func speed(_ rate: Double, _ text: String) {
        #expect(ProgressLine.speed(rate) == text)
    }

    @Test("The block is drawn over itself, and makes room")
    func block() {
        var block = ProgressBlock()
        #expect(block.clear().isEmpty)
        #expect(block.redraw([]).isEmpty)
        #expect(block.redraw(["a", "b"]) == "\r\u{1B}[2Ka\n\u{1B}[2Kb\n\u{1B}[0J")
        #expect(block.redraw(["c"]) == "\r\u{1B}[2A\u{1B}[2Kc\n\u{1B}[0J")
        #expect(block.clear() == "\r\u{1B}[1A\u{1B}[0J")
        #expect(block.clear().isEmpty)
    }
}
