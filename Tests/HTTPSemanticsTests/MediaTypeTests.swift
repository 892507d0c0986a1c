import HTTPSemantics
import Testing

@Suite("Media types and Accept")
struct MediaTypeTests {
    @Test("Types, parameters and quoted values")
    func mediaType() throws {
        let type = try #require(MediaTypeValue(parsing: " Text/HTML ; Charset=\"a\\\"b;c\" ;; x=Y;"))
        #expect(type.essence == "text/html")
        #expect(type[parameter: "charset"] == "a\"b;c")
        #expect(type[parameter: "x"] == "Y")
        #expect(type.boundary == nil)
    }

    @Test(
        "What is no media type",
        arguments: [
            "", "text", "text/", "/html", "text/html/x", "text /html", "text/ html", "text/html;=x", "text/html;a",
            "text/html;a=",
            "text/html;a=\"b", "text/html;a=\"b\\", "text/html;a=b;A=c", "text/html x", "text/html,text/plain",
            "t\u{e9}xt/html",
            "text/html;a =b", "text/html;a=\"\0\"", "text/html;a=\"b\"c",
        ]
    )
    func invalid(text: String) {
        #expect(MediaTypeValue(parsing: text) == nil)
    }

    @Test(
        "Boundaries of RFC 2046",
        arguments: [
            ("boundary=----WebKitFormBoundaryAbC123", "----WebKitFormBoundaryAbC123"),
            ("boundary=\"a b\"", "a b"),
            ("boundary=----=_Part_1:2/3", "----=_Part_1:2/3"),
            ("boundary=\"'()+_,-./:=?\"", "'()+_,-./:=?"),
            ("BOUNDARY=x", "x"),
            ("boundary=\"a \"", nil),
            ("boundary=\"\"", nil),
            ("boundary=\"a@b\"", nil),
            ("boundary=\"a\\\\b\"", nil),
            ("boundary=\"\u{e9}\"", nil),
            ("charset=utf-8", nil),
        ] as [(String, String?)]
    )
    func boundary(parameters: String, expected: String?) throws {
        let type = try #require(MediaTypeValue(parsing: "multipart/form-data; " + parameters))
        #expect(type.boundary == expected)
    }

    @Test("Boundaries have 1 to 70 characters")
    func boundaryLength() {
        #expect(MediaTypeValue.isBoundary(String(repeating: "a", count: 70)))
        #expect(!MediaTypeValue.isBoundary(String(repeating: "a", count: 71)))
        #expect(!MediaTypeValue.isBoundary(""))
        #expect(!MediaTypeValue.isBoundary(" "))
        #expect(!MediaTypeValue.isBoundary("a\r\nb"))
    }

    @Test("The example of RFC 9110 12.5.1")
    func specificity() {
        let accept = AcceptNegotiation(
            "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5"
        )
        #expect(accept.quality(of: "text/plain;format=flowed") == 1000)
        #expect(accept.quality(of: "text/plain") == 700)
        #expect(accept.quality(of: "text/html") == 300)
        #expect(accept.quality(of: "image/jpeg") == 500)
        #expect(accept.quality(of: "text/plain;format=fixed") == 400)
    }

    private static let offered = ["image/avif", "image/webp", "image/jpeg"]

    @Test(
        "Images for real clients",
        arguments: [
            // Chrome, Firefox, new Safari, old Safari, curl, nothing.
            ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", "image/avif"),
            ("image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", "image/avif"),
            (
                "image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
                "image/avif"
            ),
            ("image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5", "image/webp"),
            ("image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", "image/jpeg"),
            ("image/*,*/*", "image/jpeg"),
            ("*/*", "image/jpeg"),
            (nil, "image/jpeg"),
            ("", "image/jpeg"),
            ("image/webp", "image/webp"),
            ("IMAGE/WEBP", "image/webp"),
            ("image/webp;q=0,*/*", "image/jpeg"),
            ("image/webp;q=0.000", nil),
            ("image/webp;q=0.5,image/jpeg;q=0.6", "image/jpeg"),
            ("image/webp;q=0.6,image/jpeg;q=0.5", "image/webp"),
            ("image/png", nil),
            ("text/html", nil),
            ("image/jpeg;q=0", nil),
        ] as [(String?, String?)]
    )
    func images(value: String?, expected: String?) {
        let accept = AcceptNegotiation(value)
        #expect(accept.preferred(of: Self.offered, explicitOnly: AcceptNegotiation.newerImageFormats) == expected)
    }

    @Test(
        "Malformed means anything",
        arguments: [
            "image", "image/", "/webp", "image/webp;q=2", "image/webp;q=1.001", "image/webp;q=", "image/webp;q=a",
            "image/webp;q=-1",
            "image/webp;q=0.1234", "image/webp;q=.5", "*/webp", "image/webp image/jpeg", "image/webp;a",
            "image/webp;a=\"b",
            "\u{1F3AC}", "image/webp,;", "image/webp;q=+1", "image/webp;q=01", "image/webp;q=1.1",
        ]
    )
    func malformed(value: String) {
        #expect(AcceptNegotiation(value) == AcceptNegotiation("*/*"))
    }

    @Test("Whitespace, empty members and extensions are read over")
    func lenient() {
        let accept = AcceptNegotiation(" , image/webp ; q=0.5 ; ext ; other=\"a,b\" ,, text/html;level=1 ,")
        #expect(accept.quality(of: "image/webp") == 500)
        #expect(accept.quality(of: "text/html;level=1") == 1000)
        #expect(accept.quality(of: "text/html") == 0)
        #expect(accept.quality(of: "image/jpeg") == 0)
        #expect(accept.quality(of: "nonsense") == 0)
    }

    @Test("A field with endless members counts as anything")
    func overlong() {
        #expect(AcceptNegotiation(String(repeating: "text/html,", count: 10_000)) == AcceptNegotiation(nil))
    }
}
