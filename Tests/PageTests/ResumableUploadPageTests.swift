import BrowserTesting
import FoundationEssentials
import MediaTesting
import Testing

extension PageTests {
    /// A page from elsewhere that uploads with fetch: what a browser lets it send and read is decided by CORS.
    @Suite
    struct ResumableUpload {
        @Test("A1.6: a page of another origin uploads with tus in pieces, goes on after a break, and reads every field")
        func tus() async throws {
            try await PageVisit.make { visit in
                try await Self.elsewhere(visit) { browser in
                    try await browser.limitUploads(bytesPerSecond: 200_000)
                    let name = "elsewhere-tus"
                    let result = try await browser.run(
                        "return uploadWithTus(arguments[0], 600000, arguments[1])",
                        .string(visit.daemon.url),
                        .string(name)
                    )
                    #expect(result["location"].text?.hasPrefix("\(visit.daemon.url)/api/uploads/") == true, "\(result)")
                    for field in ["expires", "offset", "length", "metadata", "version", "extensions"] {
                        #expect(result[field].text?.isEmpty == false, "\(field) cannot be read: \(result)")
                    }
                    // The break came in the middle of a request, and what had come by then counts.
                    let resumed = try #require(result["resumedAt"].number)
                    #expect(resumed >= 100_000 && resumed < 600_000, "\(resumed)")
                    #expect(result["state"].text == "complete")
                    #expect(result["path"].text == "documents/\(name).txt")
                    #expect(result["isSame"] == true, "what was served is something else: \(result)")
                }
            }
        }

        @Test("A1.6: the same with the HTTP protocol, whose interim answers a browser does not mind")
        func http() async throws {
            try await PageVisit.make { visit in
                try await Self.elsewhere(visit) { browser in
                    let result = try await browser.run(
                        "return uploadWithHTTP(arguments[0], 300000, 'elsewhere-http')",
                        .string(visit.daemon.url)
                    )
                    #expect(result["statuses"] == [201, 204, 201], "\(result)")
                    #expect(result["complete"] == ["?0", "?0", "?1"])
                    #expect(result["offset"].text == "200000")
                    #expect(result["limit"].text?.contains("max-size") == true)
                    #expect(result["path"].text == "documents/elsewhere-http.txt")
                }
            }
        }

        @Test("A1.4, A1.6: X-HTTP-Method-Override and a refusal's fields work across origins")
        func overrideAndRefusal() async throws {
            try await PageVisit.make { visit in
                try await Self.elsewhere(visit) { browser in
                    let result = try await browser.run("return overridden(arguments[0])", .string(visit.daemon.url))
                    #expect(result["patched"] == 204)
                    #expect(result["offset"].text == "5")
                    #expect(result["refused"] == 409)
                    #expect(result["code"].text == "offset_mismatch")
                    #expect(result["deleted"] == 204)
                    #expect(result["gone"] == 410)
                }
            }
        }

        @Test("A1.6: an origin that is not in the list gets nothing")
        func notAllowed() async throws {
            let configuration = "cors:\n  allowedOrigins: [\"https://app.example\"]\n"
            try await PageVisit.make(configuration: configuration) { visit in
                try await Self.elsewhere(visit) { browser in
                    let result = try await browser.run(
                        "return uploadWithTus(arguments[0], 1000, 'never').then(() => 'let in', (error) => error.name)",
                        .string(visit.daemon.url)
                    )
                    #expect(result == "TypeError")
                }
            }
        }

        /// Opens a page of the test's own, served from another port, and runs `body` in it.
        private static func elsewhere(_ visit: PageVisit, _ body: (Browser) async throws -> Void) async throws {
            let folder = "\(visit.daemon.site.directory)/elsewhere"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            try Data(page.utf8).write(to: URL(filePath: "\(folder)/index.html"))
            let server = try await ChildProcess.start(
                .init("python3", ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1"], directory: folder)
            )
            let result: Result<Void, any Error>
            do {
                try await visit.browser.open("http://127.0.0.1:\(try await port(of: server))/")
                try await body(visit.browser)
                result = .success(())
            } catch {
                result = .failure(error)
            }
            await server.kill9()
            try result.get()
        }

        private static func port(of server: ChildProcess) async throws -> Int {
            var port: Int?
            _ = try await eventually {
                let output = String(decoding: server.standardOutput, as: UTF8.self)
                port = output.firstMatch(of: #/port (\d+) /#).flatMap { Int($0.1) }
                return port != nil
            }
            return try #require(port, "python3 serves nothing: \(server.standardError)")
        }

        private static let page = """
            <!doctype html>
            <meta charset="utf-8">
            <title>Elsewhere</title>
            <script>
            const tus = { "Tus-Resumable": "1.0.0" };
            const octets = { ...tus, "Content-Type": "application/offset+octet-stream" };

            function text(size) {
                const line = "the quick brown fox jumps over the lazy dog ";
                return new TextEncoder().encode(line.repeat(Math.ceil(size / line.length))).slice(0, size);
            }

            function metadata(name) { return `collection ${btoa("documents")},name ${btoa(name)}`; }

            async function patch(url, offset, bytes, signal) {
                const headers = { ...octets, "Upload-Offset": String(offset) };
                const answer = await fetch(url, { method: "PATCH", headers, body: bytes, signal });
                if (answer.status !== 204) throw new Error(`PATCH ${answer.status} ${await answer.text()}`);
                return Number(answer.headers.get("Upload-Offset"));
            }

            async function head(url) { return (await fetch(url, { method: "HEAD", headers: tus })).headers; }

            async function settled(url) {
                for (;;) {
                    const report = await (await fetch(url)).json();
                    if (report.state === "complete" || report.state === "failed") return report;
                    await new Promise((done) => setTimeout(done, 50));
                }
            }

            async function isSame(url, bytes) {
                const served = new Uint8Array(await (await fetch(url)).arrayBuffer());
                return served.length === bytes.length && served.every((byte, at) => byte === bytes[at]);
            }

            async function uploadWithTus(server, size, name) {
                const bytes = text(size);
                const options = await fetch(server + "/api/uploads", { method: "OPTIONS" });
                const created = await fetch(server + "/api/uploads", {
                    method: "POST",
                    headers: { ...tus, "Upload-Length": String(size), "Upload-Metadata": metadata(name) },
                });
                const location = created.headers.get("Location");
                let offset = await patch(location, 0, bytes.slice(0, 100000));
                // The rest in one request, which breaks on the way.
                const control = new AbortController();
                const broken = patch(location, offset, bytes.slice(offset), control.signal).catch((error) => error.name);
                setTimeout(() => control.abort(), 700);
                const error = await broken;
                if (error !== "AbortError") throw new Error(`not broken: ${error}`);
                let fields = await head(location);
                const resumedAt = Number(fields.get("Upload-Offset"));
                offset = resumedAt;
                while (offset < size) offset = await patch(location, offset, bytes.slice(offset, offset + 150000));
                fields = await head(location);
                const report = await settled(location);
                return {
                    location, resumedAt,
                    expires: created.headers.get("Upload-Expires"),
                    offset: fields.get("Upload-Offset"),
                    length: fields.get("Upload-Length"),
                    metadata: fields.get("Upload-Metadata"),
                    version: options.headers.get("Tus-Version"),
                    extensions: options.headers.get("Tus-Extension"),
                    state: report.state,
                    path: report.file?.path,
                    isSame: report.file ? await isSame(server + report.file.url, bytes) : false,
                };
            }

            async function uploadWithHTTP(server, size, name) {
                const bytes = text(size), answers = [];
                const part = (complete) => ({ "Upload-Draft-Interop-Version": "8", "Upload-Complete": complete });
                const target = `${server}/api/upload?collection=documents&name=${name}`;
                answers.push(await fetch(target, { method: "POST", headers: part("?0"), body: bytes.slice(0, 100000) }));
                const location = answers[0].headers.get("Location");
                for (const [start, complete] of [[100000, "?0"], [200000, "?1"]]) {
                    const headers = {
                        ...part(complete), "Upload-Offset": String(start), "Content-Type": "application/partial-upload",
                    };
                    const body = bytes.slice(start, complete === "?1" ? size : start + 100000);
                    answers.push(await fetch(location, { method: "PATCH", headers, body }));
                }
                return {
                    statuses: answers.map((answer) => answer.status),
                    complete: answers.map((answer) => answer.headers.get("Upload-Complete")),
                    offset: answers[1].headers.get("Upload-Offset"),
                    limit: answers[0].headers.get("Upload-Limit"),
                    path: (await answers[2].json()).files[0].path,
                };
            }

            async function overridden(server) {
                const created = await fetch(server + "/api/uploads", {
                    method: "POST",
                    headers: { ...tus, "Upload-Length": "10", "Upload-Metadata": metadata("elsewhere-override") },
                });
                const location = created.headers.get("Location");
                const send = (method, fields, body) => fetch(location, {
                    method: "POST", headers: { ...fields, "X-HTTP-Method-Override": method }, body,
                });
                const patched = await send("PATCH", { ...octets, "Upload-Offset": "0" }, "01234");
                const refused = await send("PATCH", { ...octets, "Upload-Offset": "9" }, "5");
                const code = (await refused.json()).code;
                const deleted = await send("DELETE", tus);
                const gone = await fetch(location, { method: "HEAD", headers: tus });
                return {
                    patched: patched.status, offset: patched.headers.get("Upload-Offset"), refused: refused.status, code,
                    deleted: deleted.status, gone: gone.status,
                };
            }
            </script>

            """
    }
}
