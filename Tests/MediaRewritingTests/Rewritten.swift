import FoundationEssentials
import Glibc
import MediaCore
import MediaRewriting
import Testing
import Vips

/// Rewriting in one process, with files that have no name.
enum Rewritten {
    static func fixture(_ name: String, file: String = #filePath) throws -> [UInt8] {
        let folders = file.split(separator: "/").dropLast(2)
        return [UInt8](
            try Data(contentsOf: URL(fileURLWithPath: "/" + folders.joined(separator: "/") + "/Fixtures/" + name))
        )
    }

    /// The new bytes; nil when there is nothing to change.
    static func bytes(
        _ source: [UInt8],
        _ type: MediaType,
        _ rewriting: Rewriting = .privateMetadata
    ) throws -> [UInt8]? {
        let (old, new) = (try self.scratchFile(source), try self.scratchFile([]))
        defer {
            close(old)
            close(new)
        }
        let request = RewriteRequest(
            rewriting: rewriting,
            type: type,
            size: ByteCount(bytes: Int64(source.count)),
            limits: ImageLimits(maximumPixels: 100_000_000, maximumFrames: 100)
        )
        guard let splice = try FileRewriter.rewrite(source: old, written: new, request: request) else { return nil }
        let written = try self.contents(new)
        try #require(splice.fits(source: Int64(source.count), written: Int64(written.count)))
        var bytes: [UInt8] = []
        for piece in splice.pieces {
            let range = Int(piece.offset)..<Int(piece.offset + piece.count)
            switch piece.origin {
            case .source: bytes += source[range]
            case .written: bytes += written[range]
            case .zeros: bytes += [UInt8](repeating: 0, count: Int(piece.count))
            }
        }
        return bytes
    }

    /// Every frame, decoded and encoded again without loss; without the chunk in which libvips tells EXIF's resolution.
    static func pixels(_ bytes: [UInt8], _ type: MediaType) throws -> [UInt8] {
        var png = try self.with(bytes, type) { source in
            try Picture.open(source, frames: .all).withoutMetadata().encode(as: .png, quality: 100) { Array($0) }
        }
        if let name = png.firstRange(of: Array("pHYs".utf8)) {
            png.removeSubrange(name.lowerBound - 4..<name.upperBound + 13)
        }
        return png
    }

    static func header(_ bytes: [UInt8], _ type: MediaType) throws -> PictureHeader {
        try self.with(bytes, type) { try Picture.open($0).header }
    }

    private static func with<Value>(
        _ bytes: [UInt8],
        _ type: MediaType,
        _ body: (PictureSource) throws -> Value
    ) throws -> Value {
        try VipsRuntime.start()
        let file = try self.scratchFile(bytes)
        defer { close(file) }
        return try body(try PictureSource(descriptor: file, type: type))
    }

    /// What exiftool finds, one `[group] tag : value` a line, without what it works out itself.
    static func exiftool(_ bytes: [UInt8], _ fileExtension: String) throws -> String {
        // Unique: the name of a file.
        let path = "/tmp/mediad-test-\(UInt64.random(in: 0...(.max))).\(fileExtension)"
        let output = path + ".txt"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer {
            unlink(path)
            unlink(output)
        }
        let command = "exiftool -s -G1 -a -u -ee '\(path)' >'\(output)' 2>&1"
        var process: pid_t = 0
        let arguments = ["sh", "-c", command]
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        try #require(posix_spawnp(&process, "sh", nil, nil, &pointers, environ) == 0)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        return String(decoding: try Data(contentsOf: URL(fileURLWithPath: output)), as: UTF8.self)
    }

    private static func scratchFile(_ bytes: [UInt8]) throws -> Int32 {
        var template = Array("/tmp/mediad-test-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        unlink(&template)
        let count = bytes.withUnsafeBytes { $0.isEmpty ? 0 : pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        try #require(count == bytes.count)
        return descriptor
    }

    private static func contents(_ descriptor: Int32) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(lseek(descriptor, 0, SEEK_END)))
        let count = bytes.withUnsafeMutableBytes { $0.isEmpty ? 0 : pread(descriptor, $0.baseAddress, $0.count, 0) }
        try #require(count == bytes.count)
        return bytes
    }
}

extension [UInt8] {
    func contains(_ text: String) -> Bool { self.firstRange(of: Array(text.utf8)) != nil }
}
