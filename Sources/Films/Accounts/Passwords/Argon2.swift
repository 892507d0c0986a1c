import CLibargon2
import Foundation

/// Argon2id by the system's library (RFC 9106; libargon2, argon2.h). Each call takes its thread for as long as the parameters say.
enum Argon2 {
    /// What a hash costs. One lane: the threads of the pool are the parallelism.
    struct Parameters: Hashable, Sendable {
        var memoryKiB: UInt32
        var passes: UInt32

        /// What time follows: KiB that are written.
        var work: UInt64 { UInt64(self.memoryKiB) * UInt64(self.passes) }

        /// What is left to do after cheaper ones, for as much work as these; nil: nothing that could be told.
        func rest(after other: Parameters) -> Parameters? {
            guard self.work > other.work, self.memoryKiB > 0 else { return nil }
            let memory = UInt64(self.memoryKiB)
            let passes = (self.work - other.work + memory / 2) / memory
            return passes > 0 ? Parameters(memoryKiB: self.memoryKiB, passes: UInt32(clamping: passes)) : nil
        }
    }

    /// The library could not do it: there is no memory.
    struct Failure: Error {
        var code: Int32
    }

    /// - Returns: `$argon2id$v=19$m=...,t=...,p=1$salt$hash`.
    static func hash(_ password: [UInt8], _ parameters: Parameters) throws(Failure) -> String {
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<Self.saltBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let length = argon2_encodedlen(
            parameters.passes,
            parameters.memoryKiB,
            1,
            UInt32(Self.saltBytes),
            UInt32(Self.hashBytes),
            Argon2_id
        )
        var encoded = [CChar](repeating: 0, count: length)
        let code = argon2id_hash_encoded(
            parameters.passes,
            parameters.memoryKiB,
            1,
            password,
            password.count,
            salt,
            salt.count,
            Self.hashBytes,
            &encoded,
            length
        )
        guard code == ARGON2_OK.rawValue else { throw Failure(code: code) }
        return String(decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Compares in constant time.
    static func verify(_ password: [UInt8], against encoded: String) throws(Failure) -> Bool {
        let code = argon2id_verify(encoded, password, password.count)
        switch code {
        case ARGON2_OK.rawValue: return true
        case ARGON2_VERIFY_MISMATCH.rawValue: return false
        default: throw Failure(code: code)
        }
    }

    /// Reads what a hash was made with; nil for a text that is none of ours.
    static func parameters(of encoded: String) -> Parameters? {
        let parts = encoded.split(separator: "$")
        guard parts.count == 5, parts[0] == "argon2id", parts[1] == "v=19" else { return nil }
        var values: [Substring: UInt32] = [:]
        for part in parts[2].split(separator: ",") {
            let pair = part.split(separator: "=")
            guard pair.count == 2, let number = UInt32(pair[1]) else { return nil }
            values[pair[0]] = number
        }
        guard let memory = values["m"], let passes = values["t"] else { return nil }
        return Parameters(memoryKiB: memory, passes: passes)
    }

    private static let saltBytes = 16
    private static let hashBytes = 32
}
