import Glibc
import MediaCore
import MediaRendering
import Testing

/// Sources and results of renditions.
enum Pictures {
    static func fixture(_ name: String, file: String = #filePath) -> String {
        let folders = file.split(separator: "/").dropLast(2)
        return "/" + folders.joined(separator: "/") + "/Fixtures/" + name
    }

    /// The two kinds of box that most renditions have.
    enum Shape: Sendable {
        case width(Int)
        case square(side: Int)

        func recipe(_ format: RenditionFormat) -> PictureRecipe {
            switch self {
            case .width(let width): PictureRecipe(width: width, format: format)
            case .square(let side): PictureRecipe(width: side, height: side, fit: .cover, format: format)
            }
        }
    }

    static func render(
        _ path: String,
        as type: MediaType,
        _ shape: Shape,
        _ format: RenditionFormat = .jpeg
    ) throws -> (size: PixelSize, bytes: [UInt8]) {
        try self.render(path, as: type, shape.recipe(format))
    }

    /// Renders a file and returns the size and the encoded bytes.
    static func render(
        _ path: String,
        as type: MediaType,
        _ recipe: PictureRecipe,
        limits: ImageLimits = ImageLimits(maximumPixels: 50_000_000, maximumFrames: 100)
    ) throws -> (size: PixelSize, bytes: [UInt8]) {
        let source = open(path, O_RDONLY)
        try #require(source >= 0, "cannot open \(path)")
        defer { close(source) }
        let output = try self.scratchFile()
        defer { close(output) }
        let request = RenditionRequest(
            sourceType: type,
            recipe: .picture(recipe),
            limits: limits
        )
        try RenditionRenderer.start()
        let facts = try RenditionRenderer.render(source: source, output: output, request: request)
        return (try #require(facts.dimensions), try self.contents(output))
    }

    static func contents(ofFile path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        try #require(descriptor >= 0, "cannot open \(path)")
        defer { close(descriptor) }
        return try self.contents(descriptor)
    }

    static func contents(_ descriptor: Int32) throws -> [UInt8] {
        let length = Int(lseek(descriptor, 0, SEEK_END))
        var bytes = [UInt8](repeating: 0, count: length)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        try #require(count == length)
        return bytes
    }

    /// A file without a name.
    static func scratchFile() throws -> Int32 {
        var template = Array("/tmp/mediad-test-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        unlink(&template)
        return descriptor
    }

    /// A file in a folder of its own, gone after `body`.
    static func withFile<Value>(_ name: String, _ bytes: [UInt8], _ body: (String) throws -> Value) throws -> Value {
        var template = Array("/tmp/mediad-test-XXXXXX".utf8CString)
        let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
        let path = "\(folder)/\(name)"
        defer {
            unlink(path)
            rmdir(folder)
        }
        let descriptor = open(path, O_RDWR | O_CREAT, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        if !bytes.isEmpty {
            try #require(bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == bytes.count)
        }
        return try body(path)
    }

    /// What ffmpeg draws into a file called `name`.
    static func withDrawn<Value>(
        _ name: String,
        _ drawing: String,
        _ options: [String] = [],
        frames: Int = 1,
        _ body: (String) throws -> Value
    ) throws -> Value {
        try self.withFile(name, []) { path in
            let arguments = ["-f", "lavfi", "-i", drawing] + options + ["-frames:v", "\(frames)", path]
            _ = try self.run(["ffmpeg", "-v", "error", "-y"] + arguments)
            return try body(path)
        }
    }

    /// Pixels of four bytes as a PNG.
    static func withRaw<Value>(
        _ pixels: [UInt8],
        _ size: PixelSize,
        _ body: (String) throws -> Value
    ) throws -> Value {
        try self.withFile("raw", pixels) { raw in
            try self.withFile("a.png", []) { path in
                let input = ["-f", "rawvideo", "-pix_fmt", "rgba", "-s", "\(size.width)x\(size.height)", "-i", raw]
                _ = try self.run(["ffmpeg", "-v", "error", "-y"] + input + ["-frames:v", "1", path])
                return try body(path)
            }
        }
    }

    /// The decoded pixels, four bytes each, with another decoder than the one under test.
    static func pixels(_ bytes: [UInt8], _ format: RenditionFormat) throws -> [UInt8] {
        try self.withFile("picture.\(format.rawValue)", bytes) { try self.decode($0) }
    }

    /// The same with the transparency of an AVIF, which this version of ffmpeg does not read: by way of our own PNG.
    static func pixelsWithAlpha(_ bytes: [UInt8], _ format: RenditionFormat) throws -> [UInt8] {
        guard format == .avif else { return try self.pixels(bytes, format) }
        return try self.withFile("picture.avif", bytes) { path in
            try self.pixels(self.render(path, as: .avif, PictureRecipe(quality: 100, format: .png)).bytes, .png)
        }
    }

    /// The same of a file.
    static func decode(_ path: String) throws -> [UInt8] {
        try self.run(["ffmpeg", "-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgba", "-"])
    }

    /// Mean absolute difference per byte.
    static func difference(_ left: [UInt8], _ right: [UInt8]) -> Double {
        let sum = zip(left, right).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        return left.count == right.count ? Double(sum) / Double(max(1, left.count)) : .infinity
    }

    static func run(_ arguments: [String]) throws -> [UInt8] {
        let output = try self.scratchFile()
        defer { close(output) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process: pid_t = 0
        let name = try #require(arguments.first)
        try #require(posix_spawnp(&process, name, &actions, nil, &pointers, nil) == 0, "\(name) is not installed")
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        try #require(status == 0, "\(arguments.joined(separator: " ")) failed")
        return try self.contents(output)
    }
}
