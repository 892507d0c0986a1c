import FoundationEssentials

/// What a browser tells of a page beside the page itself.
extension Browser {
    /// One line of the console.
    package struct ConsoleEntry: Sendable, CustomStringConvertible {
        /// `SEVERE`, `WARNING`, ...
        package var level: String
        /// `network` for failed requests, `javascript`, `security` (Content-Security-Policy), `console-api`, ...
        package var source: String
        /// What it says.
        package var message: String

        /// All of it in one line.
        package var description: String { "\(level) \(source): \(message)" }
    }

    /// What the console got since the last call, errors and warnings only.
    package func consoleProblems() async throws -> [ConsoleEntry] {
        try await session.send(.post, "/se/log", ["type": "browser"]).elements.compactMap { entry in
            let level = entry["level"].text ?? ""
            guard level == "SEVERE" || level == "WARNING" else { return nil }
            return ConsoleEntry(level: level, source: entry["source"].text ?? "", message: entry["message"].text ?? "")
        }
    }

    /// One request of the page and what came back.
    package struct Exchange: Sendable {
        /// What was asked for.
        package var url: String
        /// Nil while there is no answer.
        package var status: Int?
        /// Whether the page's service worker answered.
        package var isFromServiceWorker = false
    }

    /// The requests since the last call.
    ///
    /// Source: Chrome DevTools Protocol, domain Network, in chromedriver's performance log.
    package func exchanges() async throws -> [Exchange] {
        var found: [Exchange] = []
        for entry in try await session.send(.post, "/se/log", ["type": "performance"]).elements {
            guard let text = entry["message"].text else { continue }
            let message = try JSONValue(parsing: text.utf8)["message"]
            switch message["method"].text {
            case "Network.requestWillBeSent":
                guard let url = message["params"]["request"]["url"].text else { continue }
                found.append(Exchange(url: url, status: nil))
            case "Network.responseReceived":
                let response = message["params"]["response"]
                guard let url = response["url"].text else { continue }
                let isFromServiceWorker = response["fromServiceWorker"] == true
                let status = response["status"].number.map { Int($0) }
                found.append(Exchange(url: url, status: status, isFromServiceWorker: isFromServiceWorker))
            default: continue
            }
        }
        return found
    }

    /// A picture of the window as PNG.
    ///
    /// With the environment variable `MEDIAD_TEST_SCREENSHOTS` naming a folder it is also kept there, for people to look at.
    package func screenshot(_ name: String) async throws -> [UInt8] {
        guard let text = try await session.send(.get, "/screenshot").text, let data = Data(base64Encoded: text) else {
            throw PageFailure("the browser gave no screenshot")
        }
        if let folder = ProcessInfo.processInfo.environment["MEDIAD_TEST_SCREENSHOTS"] {
            try data.write(to: URL(filePath: "\(folder)/\(name).png"))
        }
        return [UInt8](data)
    }

    /// How many colours an `<img>` or `<video>` really shows, sampled on 16 x 16 points: 1 for a blank one.
    package func colours(of selector: String) async throws -> Int {
        let count = try await run(
            """
            const canvas = document.createElement("canvas"), context = canvas.getContext("2d");
            canvas.width = canvas.height = 16;
            context.drawImage(document.querySelector(arguments[0]), 0, 0, 16, 16);
            const data = context.getImageData(0, 0, 16, 16).data, colours = new Set();
            for (let at = 0; at < data.length; at += 4) colours.add(data.slice(at, at + 4).join());
            return colours.size;
            """,
            .string(selector)
        )
        return Int(count.number ?? 0)
    }
}
