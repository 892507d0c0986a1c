import FoundationEssentials
import MediaCore
import MediaTesting
import Testing
import VectorGraphics

@Suite("Sanitising SVG")
struct SvgSanitizingTests {
    static let limits = ImageLimits(maximumPixels: 100_000_000, maximumFrames: 1, maximumElements: 10_000)

    static func document(_ text: String, _ limits: ImageLimits = limits) throws(MediaError) -> SvgDocument {
        let bytes = Array(text.utf8)
        let outcome = bytes.withUnsafeBytes { buffer -> Result<SvgDocument, MediaError> in
            do throws(MediaError) {
                return .success(try SvgDocument(sanitizing: buffer, limits: limits))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    static func sanitized(_ text: String) throws -> String {
        String(decoding: try self.document(text).bytes, as: UTF8.self)
    }

    /// What becomes of something inside an `svg` element.
    static func inside(_ text: String) throws -> String {
        let start = #"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">"#
        let whole = try Self.sanitized(start + text + "</svg>")
        if whole == start.dropLast() + "/>\n" { return "" }
        #expect(whole.hasPrefix(start) && whole.hasSuffix("</svg>\n"), "\(whole)")
        return String(whole.dropFirst(start.utf8.count).dropLast("</svg>\n".utf8.count))
    }

    static func code(_ text: String, _ limits: ImageLimits = limits) -> MediaError.Code? {
        do throws(MediaError) {
            _ = try Self.document(text, limits)
            return nil
        } catch {
            return error.code
        }
    }

    @Test(
        "keeps what draws",
        arguments: [
            ##"<path d="M0 0L9 9" fill="#fff" stroke-width="2"/>"##,
            #"<g transform="rotate(45)" style="fill:red;opacity:.5"><rect x="1" y="2" width="3" height="4" rx="1"/></g>"#,
            #"<defs><linearGradient id="a"><stop offset="0" stop-color="red"/></linearGradient></defs>"#,
            ##"<defs><path id="p" d="M0 0"/></defs><use xlink:href="#p"/><use href="#p" x="5"/>"##,
            #"<defs><clipPath id="c"><circle r="1"/></clipPath></defs><g clip-path="url(#c)"/>"#,
            "<style>.a{fill:#f00}</style>",
            #"<text xml:space="preserve">a &amp; b &lt; c <tspan dx="1">d</tspan></text>"#,
            #"<text font-family="A &quot;B&quot;, serif">&#13;ü日</text>"#,
            #"<image width="1" height="1" xlink:href="data:image/png;base64,AAAA"/>"#,
            #"<filter id="f"><feGaussianBlur in="SourceGraphic" stdDeviation="2"/></filter>"#,
            #"<g id="url(http://x)" class="a b"/>"#,
        ]
    )
    func kept(_ text: String) throws {
        #expect(try Self.inside(text) == text)
    }

    @Test(
        "leaves out what does more than draw",
        arguments: [
            ("<script>alert(1)</script>", ""),
            (#"<script href="https://x/x.js"/>"#, ""),
            (#"<g onload="alert(1)" onclick="x()"/>"#, "<g/>"),
            ("<foreignObject><body xmlns=\"http://www.w3.org/1999/xhtml\">x</body></foreignObject>", ""),
            (#"<a href="javascript:alert(1)"><g/></a>"#, "<g><g/></g>"),
            (#"<a xlink:href="https://x/"><g/></a>"#, "<g><g/></g>"),
            (#"<use href="https://x/y.svg#a"/>"#, "<use/>"),
            (#"<use xlink:href="data:image/svg+xml;base64,AAAA#x"/>"#, "<use/>"),
            (#"<image href="https://x/y.png"/>"#, "<image/>"),
            (#"<image href="data:image/svg+xml;base64,AAAA"/>"#, "<image/>"),
            (#"<image href="file:///etc/passwd"/>"#, "<image/>"),
            (#"<g><set attributeName="href" to="javascript:x"/><animate attributeName="x"/></g>"#, "<g/>"),
            (#"<rect fill="url(https://x/y.svg#a)"/>"#, "<rect/>"),
            (#"<rect fill="URL( 'https://x/y.svg#a' )"/>"#, "<rect/>"),
            (#"<rect fill="u\72l(https://x)"/>"#, "<rect/>"),
            (#"<rect style="fill:red;background:url(//x/y)"/>"#, "<rect/>"),
            (#"<rect style="mask:image-set('https://x' 1x)"/>"#, "<rect/>"),
            // A mark that combines with the bracket hides it from Swift, not from a browser.
            ("<rect style=\"fill:url(#a)\u{301};mask:url(https://x) \"/>", "<rect/>"),
            ("<rect fill=\"url(\u{a0}#a)\"/>", "<rect/>"),
            (##"<rect fill="url(&quot;#a)"/>"##, "<rect/>"),
            // Browsers read these as #a.
            (##"<use href="#%61"/><use href="#a "/><rect fill="url(#%61)"/>"##, "<use/><use/><rect/>"),
            (##"<g filter="inherit" style="mask : inherit"/>"##, "<g/>"),
            (##"<g style="--x:url(#a)"/>"##, "<g/>"),
            ("<rect style=\"fill:red//**/*\"/>", "<rect/>"),
            (##"<style>.a{.b{fill:red} fill:url(#a)}</style>"##, "<style/>"),
            (##"<style>.a{x:"}";fill:url(#a)}</style>"##, "<style/>"),
            (#"<style>@import url(https://x/y.css);.a{fill:red}</style>"#, "<style>.a{fill:red}</style>"),
            (#"<style>@font-face{src:url(https://x)} .a{fill:red}</style>"#, "<style> .a{fill:red}</style>"),
            (#"<style>.a{fill:url(https://x)}</style>"#, "<style/>"),
            (#"<style>/* url(https://x) */.a{fill:red}</style>"#, "<style>.a{fill:red}</style>"),
            (
                #"<style><![CDATA[.a{fill:red}</style><script>x</script>]]></style>"#,
                "<style>.a{fill:red}&lt;/style&gt;&lt;script&gt;x&lt;/script&gt;</style>"
            ),
            (#"<filter><feImage href="https://x"/></filter>"#, "<filter/>"),
            ("<metadata>made by SECRET</metadata>", ""),
            (#"<html xmlns="http://www.w3.org/1999/xhtml"><script>x</script></html>"#, ""),
            ("<!-- SECRET --><?php echo 1 ?>", ""),
            (#"<g xmlns:i="http://ns.inkscape" i:label="SECRET"/>"#, "<g/>"),
            (#"<g xmlns:x="http://www.w3.org/1999/xhtml"><x:script>x</x:script></g>"#, "<g/>"),
            ("<SCRIPT>x</SCRIPT>", ""),
            ("stray text", ""),
        ]
    )
    func removed(_ text: String, _ expected: String) throws {
        #expect(try Self.inside(text) == expected)
    }

    @Test("of what is sanitised changes nothing", arguments: ["logo.svg"])
    func stable(_ name: String) throws {
        let once = try Self.sanitized(try Self.fixture(name))
        #expect(try Self.sanitized(once) == once)
        #expect(once.contains("<path"))
    }

    static func fixture(_ name: String, file: String = #filePath) throws -> String {
        let folders = file.split(separator: "/").dropLast(2)
        return String(
            decoding: try Data(
                contentsOf: URL(fileURLWithPath: "/" + folders.joined(separator: "/") + "/Fixtures/" + name)
            ),
            as: UTF8.self
        )
    }

    @Test("knows other prefixes, other encodings, and a missing namespace")
    func spellings() throws {
        let prefixed = #"<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:g/><s:script/></s:svg>"#
        #expect(try Self.sanitized(prefixed).hasSuffix("><g/></svg>\n"))
        #expect(try Self.sanitized("<svg><g/></svg>").hasSuffix("><g/></svg>\n"))
        let text = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><svg><title>\u{fc}</title></svg>"
        let latin = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        let document = try latin.withUnsafeBytes { try SvgDocument(sanitizing: $0, limits: Self.limits) }
        #expect(String(decoding: document.bytes, as: UTF8.self).contains("<title>ü</title>"))
    }

    @Test(
        "refuses what is no SVG, or declares entities",
        arguments: [
            "", "hello", "<svg>", "<svg><g></svg>", "<html/>", "<svg/><svg/>", "<svg a='1' a='2'/>",
            "<svg>&nothing;</svg>",
            #"<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg><text>&x;</text></svg>"#,
            #"<!DOCTYPE svg [<!ENTITY % x SYSTEM "https://x/x.dtd"> %x;]><svg/>"#,
            #"<!DOCTYPE svg [<!ENTITY x "y">]><svg/>"#,
            #"<!DOCTYPE svg [<!ATTLIST g id CDATA "y">]><svg><g/></svg>"#,
            #"<!DOCTYPE svg [<!ATTLIST g fill (a|b) #FIXED "a">]><svg><g/></svg>"#,
        ]
    )
    func refused(_ text: String) {
        #expect(Self.code(text) == .fileDamaged)
    }

    @Test("takes the document type that drawing programs write")
    func documentType() throws {
        let text = """
            <!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg><g/></svg>
            """
        #expect(try !Self.sanitized(text).contains("DOCTYPE"))
    }

    @Test("refuses a billion laughs without laughing")
    func billionLaughs() {
        var text = "<!DOCTYPE svg [<!ENTITY l0 \"ha\">"
        for level in 1...9 {
            text += "<!ENTITY l\(level) \"" + String(repeating: "&l\(level - 1);", count: 10) + "\">"
        }
        #expect(Self.code(text + "]><svg><text id=\"&l9;\">&l9;</text></svg>") == .fileDamaged)
    }

    @Test(
        "refuses references that multiply",
        arguments: [
            // Each level draws the one before ten times.
            (##"<g id="%n">%10</g>"##, ##"<use href="#%p"/>"##),
            (#"<pattern id="%n">%10</pattern>"#, #"<rect fill="url(#%p)"/>"#),
            (#"<g id="%n">%10</g>"#, #"<g style="mask:url('#%p')"/>"#),
            // What children take over from the element around them, and copies from the one that makes them.
            (##"<pattern id="%n"><g fill="url(#%p)">%10</g></pattern>"##, "<rect/>"),
            (##"<defs stroke="url(#%p)"><pattern id="%n">%10</pattern></defs>"##, "<rect/>"),
            (
                ##"<pattern id="%n"><g id="g%n">%10</g><use href="#g%n" style="marker:url(#%p)"/></pattern>"##,
                "<path/>"
            ),
            (#"<g id="%n">%10</g><style>.c%p{filter:url(#%p)}</style>"#, #"<g class="c%p"/>"#),
        ]
    )
    func useBomb(_ level: String, _ reference: String) {
        var text = #"<svg><g id="n0"><rect/></g>"#
        for number in 1...9 {
            let inner = String(repeating: reference, count: 10)
            text += level.replacing("%10", with: inner).replacing("%n", with: "n\(number)")
                .replacing("%p", with: "n\(number - 1)")
        }
        #expect(Self.code(text + "</svg>") == .imageTooLarge)
    }

    @Test("refuses drawings inside themselves, and too many elements")
    func bounds() {
        #expect(Self.code(##"<svg><g id="a"><use href="#a"/></g></svg>"##) == .fileDamaged)
        #expect(
            Self.code(
                ##"<svg><pattern id="a"><g fill="url(#b)"/></pattern><pattern id="b"><g fill="url(#a)"/></pattern></svg>"##
            ) == .fileDamaged
        )
        #expect(Self.code("<svg>" + String(repeating: "<g/>", count: 10_001) + "</svg>") == .imageTooLarge)
        #expect(Self.code("<svg>" + String(repeating: "<g/>", count: 9_000) + "</svg>") == nil)
        let deep = String(repeating: "<g>", count: 100_000)
        #expect(Self.code("<svg>" + deep) == .fileDamaged)
    }

    @Test("counts a clip path, a filter or a gradient of a group once")
    func groups() {
        let shapes = String(repeating: "<rect/>", count: 5000)
        let definitions =
            ##"<clipPath id="c"><rect/><rect/></clipPath><linearGradient id="l"><stop/></linearGradient>"##
        for attribute in ["clip-path", "filter", "mask"] {
            #expect(Self.code(##"<svg>\##(definitions)<g \##(attribute)="url(#c)">\##(shapes)</g></svg>"##) == nil)
        }
        #expect(Self.code(##"<svg>\##(definitions)<g style="clip-path:url(#c)">\##(shapes)</g></svg>"##) == nil)
        #expect(Self.code(##"<svg fill="url(#l)">\##(definitions)\##(shapes)</svg>"##) == nil)
        #expect(Self.code(##"<svg><g fill="url(#p)"><pattern id="p"><rect/></pattern><rect/></g></svg>"##) == nil)
    }

    @Test("A long chain of references ends in an answer")
    func chain() {
        let links = (1...1500).map { ##"<g id="n\##($0)"><use href="#n\##($0 + 1)"/></g>"## }.joined()
        #expect(Self.code("<svg>\(links)</svg>") == .fileDamaged)
    }

    @Test("of random markup ends in a result or an error, never in a crash")
    func random() {
        let parts = [
            "<svg>", "</svg>", "<g id='a'>", "</g>", "<use href='#a'/>", "<style>", "</style>", "url(", ")", "@media",
            "{", "}",
            "/*", "*/", "<!--", "-->", "<![CDATA[", "]]>", "&amp;", "&#0;", "&x;", "\"", "'", "\u{0}", "é",
            "<!DOCTYPE svg [",
            "]>", "<?x?>", "style='fill:url(#a", "=", ">", "<",
        ]
        var numbers = SeededNumbers(test: 7)
        for _ in 0..<3000 {
            let count = Int.random(in: 1...20, using: &numbers)
            let text = (0..<count).map { _ in parts.randomElement(using: &numbers) ?? "" }.joined()
            _ = Self.code("<svg>" + text)
        }
    }
}
