import Foundation
import Glibc
import MediaEngine

/// Lets the crash tests kill this process at a step of a commit: `MEDIAD_TEST_CRASH_AT=renamed`. Only in debug builds.
enum CrashPoints {
    static func observer() -> CommitObserver {
        #if DEBUG
        guard let name = ProcessInfo.processInfo.environment["MEDIAD_TEST_CRASH_AT"],
            let step = CommitStep(rawValue: name)
        else { return { _ in } }
        return { if $0 == step { kill(getpid(), SIGKILL) } }
        #else
        return { _ in }
        #endif
    }
}
