import CLinux
import Glibc
import MediaCore

/// What a decoder that was taken over, or has a defect, may do in the middle of a job.
struct Deed {
    let name: String
    let source: Int32
    let size: Int64

    private var parts: [String] { self.name.split(separator: ":", maxSplits: 1).map(String.init) }

    func perform() throws(MediaError) -> Inspection {
        let argument = self.parts.count > 1 ? self.parts[1] : ""
        switch self.parts.first ?? "" {
        case "size": return Self.say(self.bytesOfSource)
        case "try": return Self.say(Attempt.perform(argument))
        case "try-elsewhere": return Self.say(Self.onNewThread { Attempt.perform(argument) })
        case "try-bystander": return Self.say(Bystander.perform(argument))
        case "abort": abort()
        case "segfault": raise(SIGSEGV)
        case "trap": Self.trap()
        case "exit": _exit(Int32(argument) ?? 0)
        case "spin": Self.spin()
        case "sleep": while true { sleep(1000) }
        case "sleep-briefly": usleep(800_000)
        case "eat": Self.eat()
        case "allocate": return Self.say(Self.allocate(Int(argument) ?? 0))
        case "print": Self.printLines(Int(argument) ?? 0)
        case "fail":
            throw MediaError(.init(rawValue: argument) ?? .internalError, "a\u{1b}[31mred\u{7}\nlie", cause: nil)
        case "flood":
            throw MediaError(
                .fileDamaged,
                String(repeating: "x", count: 1 << 20),
                details: ["found": ["a\u{0}b"], "B\n": []]
            )
        case "write-source": return Self.say(write(self.source, "evil", 4) < 0 ? "errno \(errno)" : "done")
        case "reopen-source":
            return Self.say(Attempt.perform("write=/proc/self/fd/\(self.source)"))
        case "close-socket":
            shutdown(STDIN_FILENO, Int32(SHUT_RDWR))
            Self.spin()
        case "send": Self.send(argument)
        case "type": return Inspection(type: MediaType(argument))
        case "numbers": return Self.numbers(argument)
        case "descriptors": return Self.say(Self.openDescriptors)
        case "environment": return Self.say(getenv(argument) == nil ? "unset" : "set")
        case "user": return Self.say("\(getuid())")
        case "process": return Self.say("\(getpid())")
        default: break
        }
        return Self.say("nothing")
    }

    /// The rendition's side: writes to the output what the deed says.
    func paint(on output: Int32) throws(MediaError) -> RenditionFacts {
        switch self.parts.first ?? "" {
        case "image/png": _ = write(output, "picture", 7)
        case "image/read-output":
            var byte: UInt8 = 0
            guard read(output, &byte, 1) < 0 else { break }
            _ = write(output, "errno \(errno)", 7)
        case "image/too-much":
            let block = [UInt8](repeating: 1, count: 1 << 20)
            for _ in 0..<200 where write(output, block, block.count) < 0 {
                throw MediaError(.processingFailed, "write failed: errno \(errno)")
            }
        case "image/huge": return Self.facts(1 << 40, 1)
        case "image/too-large":
            _ = write(output, "picture", 7)
            return Self.facts(101, 100)
        default: break
        }
        return Self.facts(100, 100)
    }

    private static func facts(_ width: Int, _ height: Int) -> RenditionFacts {
        RenditionFacts(dimensions: PixelSize(width: width, height: height))
    }

    /// The side of one of several renditions: `image/png|2|abort` paints all but the third, for which it does the rest.
    func paint(on output: Int32, part: Int) throws(MediaError) -> RenditionFacts {
        let words = self.name.split(separator: "|").map(String.init)
        let name = words.count == 3 && Int(words[1]) == part ? words[2] : words.first ?? ""
        let deed = Deed(name: name, source: self.source, size: 0)
        if name.hasPrefix("image/") { return try deed.paint(on: output) }
        _ = try deed.perform()
        _ = write(output, "picture", 7)
        return Self.facts(100, 100)
    }

    /// The rewriting's side: what it writes, and the splice it claims.
    func rewrite(into output: Int32) throws(MediaError) -> Splice? {
        _ = write(output, "new", 3)
        switch self.parts.first ?? "" {
        case "image/new-front":
            return Splice(pieces: [.init(.written, offset: 0, count: 3), .init(.source, offset: 4, count: 4)])
        case "image/past-written": return Splice(pieces: [.init(.written, offset: 1, count: 3)])
        case "image/past-source": return Splice(pieces: [.init(.source, offset: 1, count: 8)])
        case "image/overflow": return Splice(pieces: [.init(.source, offset: .max, count: .max)])
        case "image/negative": return Splice(pieces: [.init(.source, offset: -1, count: 2)])
        case "image/twice":
            return Splice(pieces: [.init(.source, offset: 0, count: 8), .init(.source, offset: 0, count: 8)])
        case "image/nothing-left": return Splice(pieces: [])
        case "image/abort": abort()
        default: return nil
        }
    }

    /// Text as the answer: `text/` and letters that a media type may hold.
    private static func say(_ text: String) -> Inspection {
        Inspection(type: MediaType("text/" + text.replacing(" ", with: "-")))
    }

    private var bytesOfSource: String {
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = pread(self.source, &buffer, buffer.count, 0)
        return "\(self.size)-\(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self))"
    }

    private static var openDescriptors: String {
        (0..<64).filter { isOpen($0) }.map(String.init).joined(separator: "-")
    }
}
