import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// The WebDriver protocol's transport: JSON commands over HTTP to chromedriver.
///
/// Source: W3C WebDriver, section 6 "Protocol" (https://www.w3.org/TR/webdriver2/#protocol).
struct WebDriverConnection: Sendable {
    /// `http://127.0.0.1:PORT`, with `/session/ID` once there is a session.
    let base: String

    /// Sends one command and returns the `value` of its answer.
    /// - Throws: ``PageFailure`` with the driver's own words when the command fails.
    @discardableResult
    func send(_ method: Method, _ path: String, _ body: JSONValue = [:]) async throws -> JSONValue {
        var request = HTTPClientRequest(url: base + path)
        request.method = method == .post ? .POST : method == .delete ? .DELETE : .GET
        if method == .post {
            request.headers.add(name: "content-type", value: "application/json; charset=utf-8")
            request.body = .bytes(try body.encoded())
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 64 << 20)
        let value = try JSONValue(parsing: bytes.readableBytesView)["value"]
        guard response.status == .ok else {
            let reason = "\(value["error"].text ?? "error"): \(value["message"].text ?? "no message")"
            throw PageFailure("WebDriver \(method) \(path) failed: \(reason)")
        }
        return value
    }

    enum Method: String, Sendable { case get, post, delete }
}

/// Why a test in a browser could not go on.
package struct PageFailure: Error, CustomStringConvertible {
    /// What happened.
    package let description: String

    /// A failure with these words.
    package init(_ description: String) { self.description = description }
}
