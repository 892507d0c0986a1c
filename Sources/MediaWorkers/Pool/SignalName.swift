import Glibc

/// A signal's meaning for people, e.g. `Segmentation fault`.
func signalName(_ number: Int32) -> String {
    switch number {
    case SIGABRT: "SIGABRT, aborted"
    case SIGSEGV: "SIGSEGV, invalid memory access"
    case SIGBUS: "SIGBUS, invalid memory access"
    case SIGILL: "SIGILL, illegal instruction"
    case SIGFPE: "SIGFPE, arithmetic error"
    case SIGKILL: "SIGKILL, killed; by the kernel, if memory ran out"
    case SIGXCPU: "SIGXCPU, processor time used up"
    case SIGALRM: "SIGALRM, wall time used up"
    case SIGSYS: "SIGSYS, forbidden system call"
    case SIGTERM: "SIGTERM, terminated"
    default: "no signal of a common crash"
    }
}
