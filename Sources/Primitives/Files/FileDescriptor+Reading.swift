package import SystemPackage

extension FileDescriptor {
    /// Reads from a position in the file into memory of the caller's, until the memory is full or the file ends.
    ///
    /// The descriptor's own offset, which other processes may share, is left alone. Interrupted and short reads are continued,
    /// and nothing is allocated. Blocks while the disk works: not for event loops.
    ///
    ///     let head = try FileDescriptor(rawValue: file.descriptor).readFully(at: 0, into: buffer)
    ///
    /// - Parameter offset: in bytes from the beginning of the file; not negative.
    /// - Returns: the number of bytes read, which is less than the buffer holds only at the end of the file.
    /// - Throws: the errno of pread(2).
    package func readFully(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
        var filled = 0
        while filled < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let count: Int
            do {
                count = try self.read(fromAbsoluteOffset: offset + Int64(filled), into: rest)
            } catch let error as Errno {
                throw error
            } catch {
                // swift-system documents Errno as its only error here.
                throw .ioError
            }
            guard count > 0 else { break }
            filled += count
        }
        return filled
    }

    /// The bytes from a position in the file on: `count` of them, or fewer at the end of the file, none behind it.
    ///
    /// Room for `count` bytes is allocated whatever the file holds: a count from outside is to be bounded before.
    ///
    /// - Throws: the errno of pread(2).
    package func bytes(at offset: Int64, count: Int) throws(Errno) -> [UInt8] {
        guard count > 0 else { return [] }
        var outcome: Result<Int, Errno> = .success(0)
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(Errno) {
                filled = try self.readFully(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
            } catch {
                outcome = .failure(error)
            }
        }
        _ = try outcome.get()
        return bytes
    }
}
