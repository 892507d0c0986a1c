import HTTPSemantics

/// Heads to look at, and how to.
enum Heads {
    static let plain = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n"

    /// What the clients of a media server send, in their own order and case.
    static let ofClients: [String] = [
        plain,
        "HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n",
        // wrk, curl, wget.
        "GET /files/a/b.jpg?v=0123 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n",
        "GET /files/a.mp4 HTTP/1.1\r\nHost: media.example\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: h\r\nUser-Agent: Wget/1.21.3\r\nAccept: */*\r\nAccept-Encoding: identity\r\n"
            + "Connection: Keep-Alive\r\nRange: bytes=100-\r\n\r\n",
        // Chromium's media element.
        "GET /files/clip.mp4 HTTP/1.1\r\nHost: localhost:8080\r\nConnection: keep-alive\r\n"
            + "sec-ch-ua: \"Chromium\";v=\"139\", \"Not;A=Brand\";v=\"99\"\r\nAccept-Encoding: identity;q=1, *;q=0\r\n"
            + "sec-ch-ua-mobile: ?0\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept: */*\r\n"
            + "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: video\r\n"
            + "Referer: http://localhost:8080/\r\nAccept-Language: en-US,en;q=0.9\r\nRange: bytes=4096-\r\n"
            + "If-Range: \"0123abcd\"\r\n\r\n",
        // Firefox.
        "GET /renditions/a?preset=small HTTP/1.1\r\nHost: h\r\nAccept: image/avif,image/webp,*/*;q=0.8\r\nDNT: 1\r\n"
            + "Origin: https://page.example\r\nUpgrade-Insecure-Requests: 1\r\nPriority: u=5, i\r\nPragma: no-cache\r\n"
            + "Cache-Control: no-cache\r\nCookie: a=b; c=d\r\nTE: trailers\r\n\r\n",
        // AVPlayer.
        "GET /a.mp4 HTTP/1.1\r\nHost: h\r\nX-Playback-Session-Id: 5EE4E2D0-1F2C\r\nRange: bytes=0-1\r\nAccept: */*\r\n"
            + "Accept-Encoding: identity\r\nConnection: keep-alive\r\n\r\n",
        // ffmpeg, mpv.
        "GET /a HTTP/1.1\r\nUser-Agent: Lavf/59.27.100\r\nAccept: */*\r\nRange: bytes=0-\r\nConnection: close\r\n"
            + "Host: h:80\r\nIcy-MetaData: 1\r\n\r\n",
        // Behind a proxy; every condition there is.
        "GET /a HTTP/1.1\r\nHost: [::1]:8080\r\nVia: 1.1 p\r\nX-Forwarded-For: 192.0.2.1\r\nForwarded: for=192.0.2.1\r\n"
            + "X-Real-IP: 192.0.2.1\r\nIf-Match: \"a\"\r\nIf-Match: \"b\"\r\nIf-None-Match: W/\"c\", \"d\"\r\n"
            + "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\nif-unmodified-since: 0\r\nWant-Repr-Digest: sha-256=1\r\n"
            + "Save-Data: on\r\nPurpose: prefetch\r\nAccept-Charset: utf-8\r\nKeep-Alive: timeout=5\r\n\r\n",
    ]

    static func recognize(
        _ bytes: some Collection<UInt8>,
        maximumLength: Int = 32 * 1024,
        maximumFields: Int = 100
    ) -> SimpleRequest.Recognition {
        // Exactly as many bytes as are given: the address sanitizer sees a step too far.
        Array(bytes).withUnsafeBytes {
            SimpleRequest.recognize($0, maximumLength: maximumLength, maximumFields: maximumFields)
        }
    }

    static func recognize(_ text: String) -> SimpleRequest.Recognition { recognize(text.utf8) }

    /// The value, if the head is simple.
    static func simple(_ text: String) -> SimpleRequest? {
        guard case .simple(let request) = recognize(text) else { return nil }
        return request
    }

    /// A head with these field lines behind a good request line and Host.
    static func with(_ lines: String...) -> String {
        "GET /a HTTP/1.1\r\nHost: h\r\n" + lines.map { "\($0)\r\n" }.joined() + "\r\n"
    }
}
