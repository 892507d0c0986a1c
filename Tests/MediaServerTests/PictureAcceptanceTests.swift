import MediaCore
import Testing

@testable import MediaServer

@Suite("The picture that a client accepts")
struct PictureAcceptanceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let accept: String?
        /// Of AVIF, WebP, JPEG; and with PNG before JPEG.
        let opaque: RenditionFormat
        let transparent: RenditionFormat
        var testDescription: String { self.accept ?? "none" }

        init(_ accept: String?, _ opaque: RenditionFormat, _ transparent: RenditionFormat? = nil) {
            self.accept = accept
            self.opaque = opaque
            self.transparent = transparent ?? opaque
        }
    }

    static let cases: [Case] = [
        // Chromium, Firefox, Safari, an old Safari, curl, nothing.
        Case("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", .avif),
        Case("image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", .avif),
        Case("image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,*/*;q=0.5", .avif),
        Case("image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5", .jpeg, .png),
        Case("*/*", .jpeg, .png),
        Case(nil, .jpeg, .png),
        // Weights.
        Case("image/avif;q=0.5, image/webp", .webp),
        Case("image/avif;q=0.5, image/webp;q=0.6, image/jpeg;q=0.7", .jpeg),
        Case("image/avif;q=0, image/webp;q=0, */*", .jpeg, .png),
        Case("image/webp;q=0.001", .webp),
        Case("image/jpeg", .jpeg),
        Case("image/png;q=0.2, image/jpeg;q=0.1", .jpeg, .png),
        // What is wanted there is not, or is no value of the field.
        Case("text/html", .jpeg),
        Case("image/webp;q=2", .jpeg, .png),
        Case("", .jpeg, .png),
    ]

    @Test("follows the weights, and what the server prefers among equals", arguments: cases)
    func preferred(_ one: Case) {
        let acceptance = PictureAcceptance(one.accept)
        #expect(acceptance.preferred(of: [.avif, .webp, .jpeg]) == one.opaque)
        #expect(acceptance.preferred(of: [.avif, .webp, .png, .jpeg]) == one.transparent)
        #expect(acceptance.preferred(of: [.jpeg]) == .jpeg)
    }

    @Test("is the same for fields that ask for the same")
    func equality() {
        let chromium = PictureAcceptance("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8")
        #expect(chromium == PictureAcceptance("image/*;q=0.9, image/webp;q=0.9, image/avif;q=0.9"))
        #expect(chromium != PictureAcceptance("image/avif,image/webp,image/*;q=0.8"))
        #expect(chromium != PictureAcceptance("image/avif,image/webp,image/*,image/heic"))
        #expect(PictureAcceptance(nil) == PictureAcceptance("*/*"))
        #expect(PictureAcceptance("text/html") != PictureAcceptance("*/*"))
    }

    @Test("may be an original that few show, when it is named")
    func originals() {
        #expect(PictureAcceptance("image/heic, */*").shows(.heic))
        #expect(!PictureAcceptance("image/*").shows(.heic))
        #expect(!PictureAcceptance("image/heic;q=0, image/*").shows(.heic))
        #expect(!PictureAcceptance("image/heic").shows(.heif))
        #expect(PictureAcceptance("image/tiff;q=0.1").shows(.tiff))
        #expect(!PictureAcceptance("image/jpeg").shows(.jpeg), "everybody does; nothing of it is kept here")
        #expect(MediaType.originalsOfFewClients.count <= 4)
        #expect(RenditionFormat.allCases.count <= 4)
    }
}
