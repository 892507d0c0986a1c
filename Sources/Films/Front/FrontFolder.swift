import Foundation
import NIOCore

/// Where the page's files lie, and what they are. Read once, at the start.
package enum FrontFolder {
    /// Bounds of what is read into memory.
    static let (maximumFiles, maximumBytes, maximumDepth) = (2000, 32 << 20, 8)

    /// The first of these that has an `index.html`: the given folder, or else beside the program, below its prefix's `share`, or in the
    /// sources that the program was built from.
    ///
    /// - Parameters:
    ///   - given: of the settings; then no other place counts.
    ///   - program: the path of the running program.
    /// - Throws: ``FrontError`` `noFolder`.
    package static func find(given: String?, program: String) throws(FrontError) -> String {
        let places = given.map { [$0] } ?? Self.places(of: program)
        guard
            let place = places.first(where: { FileManager.default.isReadableFile(atPath: $0 + "/index.html") })
        else { throw FrontError.noFolder(places) }
        return place
    }

    /// Where the files are looked for when nobody says where they are.
    private static func places(of program: String) -> [String] {
        let folder = URL(fileURLWithPath: program).resolvingSymlinksInPath().deletingLastPathComponent()
        var places = [
            folder.appending(path: "front").path, folder.deletingLastPathComponent().path + "/share/filmd/front",
        ]
        // .build/debug/filmd and .build/<platform>/debug/filmd lie below the sources.
        var above = folder
        for _ in 0..<4 {
            above = above.deletingLastPathComponent()
            places.append(above.appending(path: "Sources/filmd/Front").path)
        }
        return places
    }

    /// Reads everything below a folder. Names that begin with a dot do not count.
    ///
    /// - Throws: ``FrontError``.
    package static func read(_ folder: String) throws(FrontError) -> FrontBuild {
        var contents: [String: ByteBuffer] = [:]
        var bytes = 0
        try Self.collect(folder, prefix: "", depth: 0, into: &contents, bytes: &bytes)
        return try FrontBuild(contents: contents)
    }

    private static func collect(
        _ folder: String,
        prefix: String,
        depth: Int,
        into contents: inout [String: ByteBuffer],
        bytes: inout Int
    ) throws(FrontError) {
        guard depth < Self.maximumDepth else { throw .tooLarge("folders in folders, \(depth) deep") }
        for name in try Self.names(in: folder).sorted() where !name.hasPrefix(".") {
            let (path, place) = (prefix + name, folder + "/" + name)
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else { continue }
            if isFolder.boolValue {
                try Self.collect(place, prefix: path + "/", depth: depth + 1, into: &contents, bytes: &bytes)
                continue
            }
            let data = try Self.data(of: place, atMost: Self.maximumBytes - bytes)
            bytes += data.count
            contents[path] = ByteBuffer(bytes: data)
            guard contents.count <= Self.maximumFiles else { throw .tooLarge("over \(Self.maximumFiles) files") }
        }
    }

    private static func names(in folder: String) throws(FrontError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw .unreadable(folder, "\(error.localizedDescription)")
        }
    }

    private static func data(of path: String, atMost limit: Int) throws(FrontError) -> Data {
        do {
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            guard size <= limit else { throw FrontError.tooLarge("over \(Self.maximumBytes >> 20) MiB") }
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch let error as FrontError {
            throw error
        } catch {
            throw .unreadable(path, "\(error.localizedDescription)")
        }
    }
}
