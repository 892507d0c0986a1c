import FoundationEssentials
import Glibc
import Testing

@testable import UploadClient

@Suite("What is remembered of uploads")
struct ResumptionStoreTests {
    private let folder = "/tmp/mediad-test-memory-\(UUID().uuidString)"
    private let key: UploadKey

    init() {
        key = UploadKey(
            realPath: "/a",
            size: 1,
            changed: .init(seconds: 1, nanoseconds: 2),
            target: UploadTarget(server: "s", collection: "c")
        )
    }

    private func withStore(_ body: (ResumptionStore) throws -> Void) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(
            try ResumptionStore(
                folder: .ofUser(["XDG_STATE_HOME": folder, "HOME": "/nonexistent"], name: "mediad/uploads")
            )
        )
    }

    private var file: String { "\(folder)/mediad/uploads/\(key.text).json" }

    @Test("A note outlives its holder, and is only for this user's eyes")
    func note() throws {
        try withStore { store in
            let note = ResumptionEntry.Note(upload: "http://s/api/uploads/1", file: "/a")
            do {
                let upload = try store.take(key)
                #expect(upload.read() == nil)
                try upload.write(.init(upload: String(repeating: "long", count: 500), file: "/a"))
                try upload.write(note)
            }
            let again = try store.take(key)
            #expect(again.read() == note)
            var status = stat()
            #expect(stat(file, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
            #expect(stat("\(folder)/mediad/uploads", &status) == 0)
            #expect(status.st_mode & 0o777 == 0o700)
        }
    }

    @Test("Two cannot have it at once; the second may when the first is done")
    func lock() throws {
        try withStore { store in
            do {
                let first = try store.take(key)
                #expect { try store.take(key) } throws: { ($0 as? UploadClientError)?.code == .busy }
                #expect(first.read() == nil)
            }
            _ = try store.take(key)
        }
    }

    @Test("What was forgotten is gone, and can be taken anew")
    func forget() throws {
        try withStore { store in
            do {
                let upload = try store.take(key)
                try upload.write(.init(upload: "u", file: "/a"))
                upload.forget()
                #expect(access(file, F_OK) != 0)
                // Somebody else takes a new one while the old one is still held.
                let other = try store.take(key)
                #expect(other.read() == nil)
            }
            #expect(try store.take(key).read() == nil)
        }
    }

    @Test("What a crash left cannot harm", arguments: ["", "{", "{\"upload\":1}", "\u{0}\u{0}\u{0}", "[]"])
    func torn(_ text: String) throws {
        try withStore { store in
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
            #expect(try store.take(key).read() == nil)
        }
    }

    @Test("A link in its place is not followed")
    func link() throws {
        try withStore { store in
            #expect(symlink("/etc/passwd", file) == 0)
            #expect { try store.take(key) } throws: { ($0 as? UploadClientError)?.code == .notResumable }
        }
    }

    @Test("The sweeper takes what is old and not in use, and nothing else")
    func sweep() throws {
        try withStore { store in
            func old(_ path: String) {
                var times = [
                    timespec(tv_sec: time(nil) - 31 * 86400, tv_nsec: 0),
                    timespec(tv_sec: time(nil) - 31 * 86400, tv_nsec: 0),
                ]
                #expect(utimensat(AT_FDCWD, path, &times, 0) == 0)
            }
            let place = "\(folder)/mediad/uploads"
            let inUse = try store.take(key)
            old(file)
            for name in ["old.json", "new.json", "old.txt"] {
                try Data().write(to: URL(fileURLWithPath: "\(place)/\(name)"))
            }
            old("\(place)/old.json")
            old("\(place)/old.txt")
            store.sweep()
            #expect(
                Set(try FileManager.default.contentsOfDirectory(atPath: place))
                    == ["\(key.text).json", "new.json", "old.txt"]
            )
            #expect(inUse.read() == nil)
            #expect(access(file, F_OK) == 0)
        }
    }

    @Test("Taking it keeps it from being swept")
    func touched() throws {
        try withStore { store in
            try Data().write(to: URL(fileURLWithPath: file))
            var times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
            #expect(utimensat(AT_FDCWD, file, &times, 0) == 0)
            do { _ = try store.take(key) }
            store.sweep()
            #expect(access(file, F_OK) == 0)
        }
    }

    @Test(
        "No home folder is made up",
        arguments: [[:], ["HOME": "/nonexistent"], ["XDG_STATE_HOME": "relative", "HOME": ""]]
    )
    func homeless(_ environment: [String: String]) {
        #expect { try ResumptionStore(folder: .ofUser(environment, name: "mediad/uploads")) } throws: {
            ($0 as? UploadClientError)?.code == .notResumable
        }
        #expect(access("/nonexistent", F_OK) != 0)
    }
}
