import Crypto

/// What makes two uploads, of one run or of two, the same: the same bytes for the same place.
package struct UploadKey: Hashable, Sendable {
    /// 64 lower-case hex digits: SHA-256 of server, path, size, time, collection, name and whether to replace.
    let text: String

    init(_ file: LocalFile, _ target: UploadTarget) {
        self.init(realPath: file.realPath, size: file.size, changed: file.changed, target: target)
    }

    init(realPath: String, size: Int64, changed: LocalFile.ChangeTime, target: UploadTarget) {
        var hash = SHA256()
        // A missing name is not an empty one: each field has its length before it, and a missing one has no field.
        let fields = [
            target.server, realPath, "\(size)", "\(changed.seconds).\(changed.nanoseconds)", target.collection,
            target.replace ? "replace" : "keep",
        ]
        for field in fields + [target.name].compactMap(\.self) {
            hash.update(data: Array("\(field.utf8.count):\(field)".utf8))
        }
        let digits = Array("0123456789abcdef")
        self.text = String(hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
