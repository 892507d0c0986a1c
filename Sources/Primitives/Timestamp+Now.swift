import Glibc

extension Timestamp {
    /// The system's time of day (clock_gettime(2), CLOCK_REALTIME).
    package static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }
}
