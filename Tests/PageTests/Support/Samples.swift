import FoundationEssentials

/// The samples that the page is tried with.
enum Samples {
    /// 4032 x 3024 pixels, which no Chromium shows by itself.
    static let heic = path("iphone13-gps.heic")
    /// 5 s, 1280 x 720, H.264.
    static let clip = path("clip-5s.mp4")
    static let photo = path("exif-orientation/1.jpg")

    static func path(_ name: String, from file: String = #filePath) -> String {
        let tests = file.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
        return "\(tests)/Fixtures/\(name)"
    }

    static func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }
}
