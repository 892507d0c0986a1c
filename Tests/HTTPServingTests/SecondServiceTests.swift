import MediaTesting
import Testing

@Suite("A second service on HTTPServing, over the wire")
struct SecondServiceTests {
    @Test("speaks HTTP/1.1 in the clear, and HTTP/1.1 and HTTP/2 over TLS")
    func versions() async throws {
        try await ServingProbe.with { probe in
            let plain = try await probe.curl("\(probe.plainURL)/hello")
            #expect(plain.hasPrefix("HTTP/1.1 200 OK\r\n") && plain.hasSuffix("\r\n\r\nhello\n"))
            let secure = try await probe.curl("\(probe.secureURL)/hello", "--http1.1")
            #expect(secure.hasPrefix("HTTP/1.1 200 OK\r\n") && secure.hasSuffix("\r\n\r\nhello\n"))
            let stream = try await probe.curl("\(probe.secureURL)/hello", "--http2")
            #expect(stream.hasPrefix("HTTP/2 200") && stream.hasSuffix("\r\n\r\nhello\n"))
            #expect(!stream.lowercased().contains("\r\nconnection:"), "HTTP/2 has no such field")
        }
    }

    @Test("refuses a request with problem details, in each version")
    func problems() async throws {
        try await ServingProbe.with { probe in
            let expected =
                "{\"code\":\"invalid_request\",\"detail\":\"Only OPTIONS can have the target *.\",\"status\":400,"
            for (url, version) in [
                (probe.plainURL, "--http1.1"), (probe.secureURL, "--http1.1"), (probe.secureURL, "--http2"),
            ] {
                let text = try await probe.curl("\(url)/hello", version, "--request-target", "*")
                #expect(text.contains(" 400"), "\(text)")
                #expect(text.lowercased().contains("\r\ncontent-type: application/problem+json\r\n"))
                #expect(text.contains(expected), "\(text)")
                #expect(text.contains("\"type\":\"urn:probe:problem:invalid_request\"}"), "\(text)")
            }
            let large = try await probe.curl(
                "\(probe.plainURL)/hello",
                "--header",
                "X: \(String(repeating: "a", count: 5000))"
            )
            #expect(large.hasPrefix("HTTP/1.1 431 "))
            let nothing = try await probe.curl("\(probe.secureURL)/nothing", "--http2")
            #expect(nothing.hasPrefix("HTTP/2 404") && nothing.contains("\"code\":\"not_found\""), "\(nothing)")
            #expect(nothing.contains("\"type\":\"urn:probe:problem:not_found\""), "\(nothing)")
            let method = try await probe.curl("\(probe.plainURL)/hello", "--request", "DELETE")
            #expect(method.hasPrefix("HTTP/1.1 405 ") && method.contains("GET, HEAD, OPTIONS"), "\(method)")
        }
    }

    @Test("keeps its limits: connections of one IP address, requests of a connection, and the time for a head")
    func limits() async throws {
        try await ServingProbe.with { probe in
            var idle: [HTTPProbe] = []
            for _ in 1...3 { idle.append(try await HTTPProbe.connect(port: probe.plainPort)) }
            let refused = try await probe.curl("\(probe.plainURL)/hello")
            #expect(refused.hasPrefix("HTTP/1.1 429 ") && refused.contains("\"code\":\"busy\""), "\(refused)")
            // Three that say nothing have to go within the time for a head, and make room.
            #expect(try await eventually { try await probe.curl("\(probe.plainURL)/hello").hasPrefix("HTTP/1.1 200 ") })
            idle = []
            let twice = try await probe.curl("\(probe.plainURL)/hello", "\(probe.plainURL)/hello")
            let closes = twice.lowercased().split(
                separator: "\r\nconnection: close\r\n",
                omittingEmptySubsequences: false
            )
            #expect(closes.count == 2, "the second of two closes: \(twice)")
            let slow = try await HTTPProbe.connect(port: probe.plainPort)
            try await slow.send("GET /hello HTTP/1.1\r\nHost: h\r\n")
            #expect(try await slow.receive().status == 408)
        }
    }

    @Test("links no media")
    func linksNoMedia() async throws {
        let binary = try ServingProbe.binary()
        // As Swift writes the name of a module into the names of its symbols.
        for module in ["MediaCore", "MediaEngine", "MediaServer", "MediaCatalog", "MediaStorage"] {
            let found = try await ChildProcess.run(.init("grep", ["-qa", "\\$s\(module.utf8.count)\(module)", binary]))
            #expect(found.ending == .exited(1), "\(module) is linked")
        }
        let found = try await ChildProcess.run(.init("grep", ["-qa", "\\$s11HTTPServing", binary]))
        #expect(found.ending == .exited(0), "names of modules are not found like this any more")
    }
}
