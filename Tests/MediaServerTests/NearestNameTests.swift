import HTTPServing
import Testing

@testable import MediaServer

@Suite("Unknown query parameters (F7)")
struct NearestNameTests {
    private static let list = Routes.records.parameters ?? []

    @Test(
        "name the nearest known one",
        arguments: [
            ("colection", "collection"), ("Collection", "collection"), ("path_prefix", "pathPrefix"),
            ("pathprefix", "pathPrefix"), ("Limit", "limit"), ("limt", "limit"), ("cursr", "cursor"), ("typ", "type"),
            ("sarch", "search"), ("prefx", "prefix"),
        ]
    )
    func nearest(sent: String, meant: String) {
        #expect(NearestName.of(sent, in: Self.list) == meant)
    }

    @Test("A name of any length is answered, and where none is known none is named")
    func bounds() {
        #expect(NearestName.of(String(repeating: "x", count: 100_000), in: Self.list) != nil)
        #expect(NearestName.of("", in: Self.list) != nil)
        #expect(NearestName.of("x", in: []) == nil)
    }

    @Test("Every route that reads its query says which names it knows; files take any")
    func routes() {
        #expect(Routes.upload.parameters == Routes.uploads.parameters)
        for route in [
            Routes.records, Routes.record, Routes.addresses, Routes.upload, Routes.uploads, Routes.resumableUpload,
        ] {
            #expect(route.parameters != nil, "\(route.pattern)")
        }
        #expect(Routes.files.parameters == nil && Routes.filesOfAPI.parameters == nil)
    }
}
