import Crypto
import FoundationEssentials
package import NIOCore

/// The page's files as one version: all parts of a page come from the same one (decision 0070).
package struct FrontBuild: Sendable {
    /// The first 12 hexadecimal digits of a SHA-256 over all paths and bytes.
    package let version: String
    /// `index.html`, which every address of the page is answered with.
    package let page: FrontFile
    /// The scripts and descriptions that browsers know by fixed addresses, by name: `service-worker.js`, `build.js` and so on.
    package let entries: [String: FrontFile]
    /// What lies below `/front/<version>/`, by path.
    package let files: [String: FrontFile]

    /// In `index.html` and `manifest.webmanifest` the version stands for this.
    private static let placeholder = "/front/current/"
    /// The files that are not below `/front/<version>/`: they are asked for anew each time.
    private static let unversioned: Set<String> = [Self.pageName, Self.manifestName, Self.workerName]
    private static let pageName = "index.html"
    private static let manifestName = "manifest.webmanifest"
    private static let workerName = "service-worker.js"
    /// Also at a fixed address, for pages of others.
    private static let clientName = "media-client.js"

    /// - Parameter contents: all files of the folder by their paths, as they lie there.
    /// - Throws: ``FrontError`` when one is missing without which there is no page.
    package init(contents: [String: ByteBuffer]) throws(FrontError) {
        let version = Self.version(of: contents)
        func file(_ path: String) throws(FrontError) -> FrontFile {
            guard let bytes = contents[path] else { throw .missing(path) }
            guard path == Self.pageName || path == Self.manifestName else { return FrontFile(path: path, bytes: bytes) }
            let text = String(buffer: bytes).replacing(Self.placeholder, with: "/front/\(version)/")
            return FrontFile(path: path, bytes: ByteBuffer(string: text))
        }
        var files: [String: FrontFile] = [:]
        for path in contents.keys where !Self.unversioned.contains(path) { files[path] = try file(path) }
        self.version = version
        self.page = try file(Self.pageName)
        self.entries = [
            Self.manifestName: try file(Self.manifestName),
            Self.workerName: try file(Self.workerName),
            Self.clientName: try file(Self.clientName),
            "build.js": FrontFile(path: "build.js", bytes: Self.description(of: version, paths: files.keys.sorted())),
        ]
        self.files = files
    }

    private static func version(of contents: [String: ByteBuffer]) -> String {
        var hash = SHA256()
        for (path, bytes) in contents.sorted(by: { $0.key < $1.key }) {
            // With the lengths, so that no byte can belong to a name as well as to a content.
            hash.update(data: Array("\(path.utf8.count) \(path) \(bytes.readableBytes)\n".utf8))
            hash.update(data: bytes.readableBytesView)
        }
        return hash.finalize().hexadecimal(first: 12)
    }

    /// What the service worker imports. Another version makes another text, and so another worker for the browser.
    private static func description(of version: String, paths: [String]) -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        let list = BuildDescription(version: version, files: paths.map { "/front/\(version)/\($0)" })
        // Texts are always encoded.
        let json = (try? encoder.encode(list)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        return ByteBuffer(string: "self.build = \(json);\n")
    }

    /// Whether a text has the form of a version: others are asked for nowhere.
    package static func isVersion(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 12
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}

private struct BuildDescription: Encodable {
    var version: String
    var files: [String]
}

/// Why there is no page.
package enum FrontError: Error, CustomStringConvertible {
    /// No folder was found in any of these places.
    case noFolder([String])
    /// The folder has not all that makes a page.
    case missing(String)
    /// There is more in the folder than a page has.
    case tooLarge(String)
    /// The folder, or something in it, cannot be read.
    case unreadable(String, String)

    /// What happened and what to do, for people.
    package var description: String {
        switch self {
        case .noFolder(let places):
            "The page's files are in none of \(places.joined(separator: ", ")). Name their folder by --front (front.directory)."
        case .missing(let path): "The page's folder has no \(path). --front (front.directory) names the folder."
        case .tooLarge(let what): "The page's folder holds \(what), which no page has. Is it the right one?"
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)."
        }
    }
}
