import FoundationEssentials
import Glibc

/// What /proc says of this process.
enum ProcessTable {
    static var openDescriptors: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? -1
    }

    /// Children of this process by state, zombies as `Z` (proc(5), `/proc/pid/stat`), that run or ran `program`.
    static func children(named program: String) -> [Character] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { name in
            guard name.allSatisfy(\.isNumber), let data = FileManager.default.contents(atPath: "/proc/\(name)/stat")
            else {
                return nil
            }
            let text = String(decoding: data, as: UTF8.self)
            guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")") else { return nil }
            let fields = text[text.index(after: close)...].split(separator: " ")
            guard text[text.index(after: open)..<close] == program.prefix(15), fields.count > 1,
                fields[1] == "\(getpid())"
            else { return nil }
            return fields[0].first
        }
    }
}
