import Glibc
package import MediaCore

extension DiskFileStore {
    package func contents(of file: OpenFile, limit: Int) async throws(MediaError) -> [UInt8] {
        let size = file.identity.size.bytes
        guard size <= limit else {
            throw MediaError(.internalError, "A file that should be small has \(size) bytes.")
        }
        return try await self.io.run { () throws(MediaError) in
            var failure: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, filled in
                while filled < Int(size) {
                    let rest = buffer.baseAddress?.advanced(by: filled)
                    let got = pread(file.descriptor, rest, Int(size) - filled, off_t(filled))
                    if got > 0 {
                        filled += got
                    } else if got == 0 {
                        return
                    } else if errno != EINTR {
                        failure = errno
                        return
                    }
                }
            }
            guard failure == 0 else { throw SystemCall.error("pread", failure) }
            return bytes
        }
    }
}
