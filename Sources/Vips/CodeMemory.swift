import Glibc
import Synchronization

/// Memory for what liborc, the run-time compiler of libvips 8.14 and older, writes: reserved in front of the sandbox, which lets
/// nobody make more of it.
///
/// liborc keeps its code in regions of 64 KiB that are mapped twice, once to write and once to execute, and asks for another one when
/// they are full; being refused, it ends the process. So there must be enough of them beforehand: a render needs a tenth of one, and
/// gives it back.
///
/// Source: https://gitlab.freedesktop.org/gstreamer/orc/-/blob/0.4.33/orc/orccodemem.c
package enum CodeMemory {
    /// Whether libvips may have code compiled.
    static var isReserved: Bool { Self.reserved.load(ordering: .relaxed) }

    private static let reserved = Atomic<Bool>(false)
    private static let regionCount = 8
    private static let regionSize = 65536

    /// Call it before anything else of libvips, and before other threads exist: it changes the environment, which liborc reads.
    ///
    /// Does nothing where there is no liborc, or no folder whose files may be executed; then nothing is compiled.
    package static func reserve() {
        guard let compiler = Compiler(), let folder = Self.folders.first(where: Self.holdsCode) else { return }
        unsetenv("ORC_CODE")
        setenv("XDG_RUNTIME_DIR", folder, 1)
        compiler.start()
        // Of more than half a region, so that each takes one of its own. Freed regions stay.
        let blocks = (0..<Self.regionCount).compactMap { _ in compiler.allocate(Self.regionSize * 3 / 4) }
        for block in blocks { compiler.free(block) }
        unsetenv("XDG_RUNTIME_DIR")
        Self.reserved.store(true, ordering: .relaxed)
    }

    private static let folders = ["/dev/shm", "/tmp", "/var/tmp"]

    /// Whether liborc will find room in a file there. It falls back to memory that is writable and executable in one mapping, which
    /// is not wanted.
    private static func holdsCode(_ folder: String) -> Bool {
        var path = Array("\(folder)/mediad.XXXXXX".utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else { return false }
        unlink(path)
        defer { close(descriptor) }
        guard ftruncate(descriptor, off_t(Self.regionSize)) == 0 else { return false }
        let mapping = mmap(nil, Self.regionSize, PROT_READ | PROT_EXEC, MAP_SHARED, descriptor, 0)
        guard let mapping, mapping != MAP_FAILED else { return false }
        munmap(mapping, Self.regionSize)
        return true
    }
}

/// What is called of liborc. It is in the process because libvips is linked with it, or it is not.
private struct Compiler {
    private let initialize: @convention(c) () -> Void
    private let newCode: @convention(c) () -> UnsafeMutableRawPointer?
    private let allocateMemory: @convention(c) (UnsafeMutableRawPointer, Int32) -> Void
    private let freeCode: @convention(c) (UnsafeMutableRawPointer) -> Void

    init?() {
        guard let initialize = dlsym(nil, "orc_init"), let newCode = dlsym(nil, "orc_code_new"),
            let allocateMemory = dlsym(nil, "orc_code_allocate_codemem"), let freeCode = dlsym(nil, "orc_code_free")
        else { return nil }
        self.initialize = unsafeBitCast(initialize, to: (@convention(c) () -> Void).self)
        self.newCode = unsafeBitCast(newCode, to: (@convention(c) () -> UnsafeMutableRawPointer?).self)
        self.allocateMemory = unsafeBitCast(
            allocateMemory,
            to: (@convention(c) (UnsafeMutableRawPointer, Int32) -> Void).self
        )
        self.freeCode = unsafeBitCast(freeCode, to: (@convention(c) (UnsafeMutableRawPointer) -> Void).self)
    }

    func start() { self.initialize() }

    func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
        guard let code = self.newCode() else { return nil }
        self.allocateMemory(code, Int32(clamping: size))
        return code
    }

    func free(_ code: UnsafeMutableRawPointer) { self.freeCode(code) }
}
