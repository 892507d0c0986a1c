import MediaCore
import Testing

@Suite("Names that files are saved under")
struct FileNameTests {
    @Test(
        "end in an extension of the type",
        arguments: [
            ("a.jpg", "a.jpg"), ("a.JPEG", "a.JPEG"), ("a.jfif", "a.jfif"), ("a", "a.jpg"), ("a.png", "a.jpg"),
            ("a.exe", "a.exe.jpg"), ("a.jpg.exe", "a.jpg.exe.jpg"), ("a.", "a.jpg"), ("a. .", "a.jpg"),
            ("", "file.jpg"),
            ("...", "file.jpg"), (".jpg", ".jpg.jpg"), (".png", ".png.jpg"), ("a.tar.gz", "a.tar.jpg"),
            ("v1.2", "v1.2.jpg"),
            // A dot that a combining mark makes a part of another character is no dot.
            ("a.\u{301}exe", "a.\u{301}exe.jpg"),
        ]
    )
    func jpeg(name: String, expected: String) {
        #expect(MediaType.jpeg.fileName(name) == expected)
    }

    @Test("Types outside the table have the extension that they have in the tree")
    func unknown() {
        let type = MediaType("application/x-unheard-of")
        #expect(type.fileName("a.exe") == "a.exe.bin")
        #expect(type.fileName("a") == "a.bin")
        #expect(!type.hasExtension("bin"))
        #expect(MediaType.octetStream.hasExtension("BIN"))
    }

    @Test("A text is no program")
    func text() {
        #expect(MediaType.plainText.fileName("setup.bat") == "setup.bat.txt")
        #expect(MediaType.plainText.fileName("page.html") == "page.txt")
        #expect(MediaType.plainText.fileName("README.md") == "README.md")
        #expect(MediaType.html.fileName("page.htm") == "page.htm")
    }
}
