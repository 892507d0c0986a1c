/// What hashes cost on this machine, measured once: the memory is set, the passes are as many as the time allows.
struct PasswordCost: Sendable {
    var parameters: Argon2.Parameters
    /// A hash of nobody's password, by the same parameters.
    var decoy: String

    /// Passes are never fewer (OWASP's recommendation for 19 MiB), nor so many that a wrong measurement would lock everybody out.
    static let passes: ClosedRange<UInt32> = 2...16

    /// Measures. Takes the thread for about three times the least cost.
    ///
    /// - Parameters:
    ///   - target: how long a hash is to take.
    ///   - time: runs its argument, and says how long it took.
    static func measured(
        memoryKiB: UInt32,
        target: Duration,
        time: (() throws(Argon2.Failure) -> Void) throws(Argon2.Failure) -> Duration = Self.clocked
    ) throws(Argon2.Failure) -> PasswordCost {
        let least = Argon2.Parameters(memoryKiB: memoryKiB, passes: Self.passes.lowerBound)
        var fastest = Duration.seconds(3600)
        // The fastest of three: what else runs on the machine makes one only slower.
        for _ in 0..<3 {
            fastest = min(fastest, try time { () throws(Argon2.Failure) in _ = try Argon2.hash(Self.nobody, least) })
        }
        let ratio = target / max(fastest, .microseconds(1))
        let passes = (Double(Self.passes.lowerBound) * ratio).rounded()
        let bounded = UInt32(min(max(passes, Double(Self.passes.lowerBound)), Double(Self.passes.upperBound)))
        let parameters = Argon2.Parameters(memoryKiB: memoryKiB, passes: bounded)
        return PasswordCost(parameters: parameters, decoy: try Argon2.hash(Self.nobody, parameters))
    }

    /// Whether a hash is to be made anew when its password is known: another memory, or passes that are fewer by a third.
    /// Two measurements of one machine differ by less.
    func replaces(_ encoded: String) -> Bool {
        guard let kept = Argon2.parameters(of: encoded) else { return true }
        return kept.memoryKiB != self.parameters.memoryKiB || kept.passes * 3 <= self.parameters.passes * 2
    }

    private static let nobody = Array("nobody's password".utf8)

    private static func clocked(_ work: () throws(Argon2.Failure) -> Void) throws(Argon2.Failure) -> Duration {
        let start = ContinuousClock.now
        try work()
        return .now - start
    }
}
