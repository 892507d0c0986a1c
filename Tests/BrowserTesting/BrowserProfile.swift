import FoundationEssentials
import Glibc
import MediaTesting

/// The folder with what a browser knows, such as cookies and IndexedDB.
enum BrowserProfile {
    /// Waits until the browser that had it before is gone, which a killed one is a moment after its driver.
    ///
    /// Chromium's lock is a symbolic link whose target ends in `-<process>`; a zombie holds nothing any more.
    static func awaitRelease(_ profile: String) async throws {
        guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(profile)/SingletonLock"),
            let process = target.split(separator: "-").last.flatMap({ Int32($0) })
        else { return }
        let isGone = try await eventually(within: .seconds(20)) {
            guard let status = try? Data(contentsOf: URL(filePath: "/proc/\(process)/stat")) else { return true }
            return String(decoding: status, as: UTF8.self).split(separator: ")").last?.hasPrefix(" Z") ?? true
        }
        guard isGone else { throw PageFailure("the browser of \(profile) does not end") }
    }
}
