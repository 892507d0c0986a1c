import MediaCore
import Testing

@Suite("Filters in the fewest conditions")
struct FileFilterTests {
    @Test(
        "A prefix that names a collection is one, and one of another collection contradicts",
        arguments: [
            (nil, nil, FileFilter()),
            (nil, "", FileFilter()),
            (nil, "post", FileFilter(pathPrefix: "post")),
            (nil, "posters/", FileFilter(collection: "posters")),
            (nil, "posters/a", FileFilter(collection: "posters", pathPrefix: "posters/a")),
            (nil, "p\u{E9}/a", FileFilter(pathPrefix: "p\u{E9}/a")),
            ("posters", nil, FileFilter(collection: "posters")),
            ("posters", "", FileFilter(collection: "posters")),
            ("posters", "post", FileFilter(collection: "posters")),
            ("posters", "posters/", FileFilter(collection: "posters")),
            ("posters", "posters/a", FileFilter(collection: "posters", pathPrefix: "posters/a")),
            ("posters", "posters/\u{301}", FileFilter(collection: "posters", pathPrefix: "posters/\u{301}")),
            ("posters", "posters2", nil),
            ("videos", "posters/", nil),
            ("videos", "posters/a", nil),
            ("videos", "/videos/", nil),
        ] as [(String?, String?, FileFilter?)]
    )
    func simplified(collection: String?, prefix: String?, expected: FileFilter?) {
        #expect(FileFilter(collection: collection, pathPrefix: prefix).simplified == expected)
    }

    @Test("The other conditions stay as they are")
    func others() {
        let filter = FileFilter(type: "image/*", pathPrefix: "posters/", search: "a")
        #expect(filter.simplified == FileFilter(collection: "posters", type: "image/*", search: "a"))
    }
}
