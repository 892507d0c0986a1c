import HTTPSemantics
import HTTPTypes
import Testing

@Suite("Cross-origin policy")
struct CrossOriginPolicyTests {
    private func list(_ text: String?) -> Set<String> {
        Set((text ?? "").split(separator: ",").map { $0.trimmingPrefix { $0 == " " }.lowercased() })
    }

    @Test("A1.6: preflight allows every method and request field of both protocols")
    func preflight() throws {
        let fields = try #require(
            CrossOriginPolicy(allowedOrigins: ["*"]).preflightFields(
                origin: "https://a.example",
                requestedMethod: "PATCH"
            )
        )
        #expect(fields[.accessControlAllowOrigin] == "*")
        #expect(list(fields[.accessControlAllowMethods]) == ["post", "head", "patch", "options", "get", "delete"])
        let expected: Set<String> = [
            "authorization", "content-type", "content-disposition", "tus-resumable", "upload-length", "upload-offset",
            "upload-metadata", "upload-defer-length", "upload-concat", "upload-checksum", "x-http-method-override",
            "x-request-id", "x-requested-with", "upload-complete", "upload-incomplete", "upload-draft-interop-version",
            "content-digest", "repr-digest", "want-repr-digest",
        ]
        #expect(list(fields[.accessControlAllowHeaders]).isSuperset(of: expected))
        #expect(list(fields[.accessControlAllowHeaders]).isDisjoint(with: ["forwarded", "x-forwarded-for", "*"]))
        #expect(fields[.accessControlMaxAge] == "86400")
        #expect(fields[.vary] == "Origin")
        #expect(areSafe(fields))
    }

    @Test("A1.6: actual responses expose every response field of both protocols")
    func exposed() {
        let fields = CrossOriginPolicy(allowedOrigins: ["*"]).responseFields(origin: "null")
        let expected: Set<String> = [
            "upload-offset", "location", "upload-length", "upload-metadata", "upload-defer-length", "upload-concat",
            "upload-expires", "upload-checksum", "upload-limit", "upload-complete", "upload-draft-interop-version",
            "tus-resumable", "tus-version", "tus-extension", "tus-max-size", "tus-checksum-algorithm", "repr-digest",
        ]
        #expect(fields[.accessControlAllowOrigin] == "*")
        #expect(list(fields[.accessControlExposeHeaders]).isSuperset(of: expected))
    }

    @Test("A1.6: only the listed origins, and what the response varies on is told always")
    func listed() {
        let policy = CrossOriginPolicy(allowedOrigins: ["https://a.example", "http://b.example:8080"])
        #expect(policy.responseFields(origin: "https://a.example")[.accessControlAllowOrigin] == "https://a.example")
        #expect(policy.responseFields(origin: "HTTPS://A.example")[.accessControlAllowOrigin] == "HTTPS://A.example")
        for origin in [
            "http://a.example", "https://a.example.evil.example", "https://a.example:443", "https://evil.example",
            "null", "",
            "*", "https://a.example/", "https://a.example, http://b.example:8080", "http://b.example",
        ] {
            let fields = policy.responseFields(origin: origin)
            #expect(fields[.accessControlAllowOrigin] == nil, "\(origin)")
            #expect(fields[.accessControlExposeHeaders] == nil)
            #expect(fields[.vary] == "Origin")
            #expect(policy.preflightFields(origin: origin, requestedMethod: "GET") == nil)
        }
        #expect(CrossOriginPolicy(allowedOrigins: []).responseFields(origin: "null")[.accessControlAllowOrigin] == nil)
        #expect(
            CrossOriginPolicy(allowedOrigins: ["null"]).responseFields(origin: "null")[.accessControlAllowOrigin]
                == "null"
        )
    }

    @Test("A request without origin is not from a script")
    func sameOrigin() {
        let policy = CrossOriginPolicy(allowedOrigins: ["*"])
        #expect(policy.responseFields(origin: nil) == [.vary: "Origin"])
        #expect(policy.preflightFields(origin: nil, requestedMethod: "PATCH") == nil)
        #expect(policy.preflightFields(origin: "https://a.example", requestedMethod: nil) == nil)
    }

    @Test("Origins as they may be configured")
    func configured() {
        for text in ["*", "null", "https://a.example", "http://[::1]:8080", "http://localhost:3000"] {
            #expect(CrossOriginPolicy.isValid(text), "\(text)")
        }
        for text in [
            "", "a.example", "https://", "https://a.example/", "https://*.example", "ftp://a.example", "https://a b",
            "**",
        ] {
            #expect(!CrossOriginPolicy.isValid(text), "\(text)")
        }
    }

    @Test("What may be cached is the same for all where all may read it")
    func reading() {
        let open = CrossOriginPolicy(allowedOrigins: ["*"])
        #expect(open.readingFields(origin: nil) == open.readingFields(origin: "https://a.example"))
        #expect(open.readingFields(origin: nil)[.accessControlAllowOrigin] == "*")
        #expect(open.readingFields(origin: nil)[.vary] == nil)
        let closed = CrossOriginPolicy(allowedOrigins: ["https://a.example"])
        #expect(closed.readingFields(origin: nil) == [.vary: "Origin"])
        #expect(closed.readingFields(origin: "https://b.example") == [.vary: "Origin"])
        let allowed = closed.readingFields(origin: "https://a.example")
        #expect(allowed[.accessControlAllowOrigin] == "https://a.example")
        #expect(allowed[.vary] == "Origin")
        #expect(allowed[.accessControlExposeHeaders]?.contains("Content-Range") == true)
        #expect(open.constantReadingFields == open.readingFields(origin: "https://a.example"))
        #expect(closed.constantReadingFields == nil)
    }

    @Test("H6: who may read may measure")
    func timing() {
        #expect(CrossOriginPolicy(allowedOrigins: ["*"]).readingFields(origin: nil)[.timingAllowOrigin] == "*")
        let closed = CrossOriginPolicy(allowedOrigins: ["https://a.example"])
        #expect(closed.readingFields(origin: "https://a.example")[.timingAllowOrigin] == "https://a.example")
        #expect(closed.readingFields(origin: "https://b.example")[.timingAllowOrigin] == nil)
        #expect(closed.readingFields(origin: nil)[.timingAllowOrigin] == nil)
    }

    @Test("H6: a preflight of what can only be read allows no more than that")
    func readingPreflight() throws {
        let open = CrossOriginPolicy(allowedOrigins: ["*"])
        let fields = try #require(
            open.readingPreflightFields(origin: "https://a.example", requestedMethod: "DELETE")
        )
        #expect(fields[.accessControlAllowOrigin] == "*")
        #expect(list(fields[.accessControlAllowMethods]) == ["get", "head", "options"])
        let expected: Set<String> = [
            "range", "if-range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since",
            "want-repr-digest",
        ]
        #expect(list(fields[.accessControlAllowHeaders]).isSuperset(of: expected))
        #expect(list(fields[.accessControlAllowHeaders]).isDisjoint(with: ["forwarded", "x-forwarded-for", "*"]))
        #expect(fields[.vary] == nil)
        #expect(areSafe(fields))
        #expect(open.readingPreflightFields(origin: nil, requestedMethod: "GET") == nil)
        #expect(open.readingPreflightFields(origin: "https://a.example", requestedMethod: nil) == nil)
        let closed = CrossOriginPolicy(allowedOrigins: ["https://a.example"])
        #expect(closed.readingPreflightFields(origin: "https://b.example", requestedMethod: "GET") == nil)
        let allowed = try #require(
            closed.readingPreflightFields(origin: "https://a.example", requestedMethod: "GET")
        )
        #expect(allowed[.accessControlAllowOrigin] == "https://a.example")
        #expect(allowed[.vary] == "Origin")
    }
}
