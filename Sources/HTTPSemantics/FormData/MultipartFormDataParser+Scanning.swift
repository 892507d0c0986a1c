#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension MultipartFormDataParser {
    /// Searches the chunk for the next delimiter and reports what is content before it.
    mutating func scanContent(
        _ chunk: UnsafeRawBufferPointer,
        _ position: inout Int,
        _ events: inout [Event]
    ) throws(MultipartError) {
        let delimiterCount = pattern.count - 2
        /// Where content not yet reported begins.
        var start = position
        /// Where the candidate begins, nil if in an earlier chunk.
        var candidate: Int?
        while true {
            if matched == 0 {
                guard let found = chunk.firstCandidate(from: position, for: pattern.prefix(delimiterCount)) else {
                    position = chunk.count
                    return try report(chunk, start..<position, &events)
                }
                candidate = found
                // Whole in this chunk it is compared already; at its end it goes on byte by byte.
                matched = chunk.count - found >= delimiterCount ? delimiterCount : 1
                position = found + matched
            }
            guard position < chunk.count else {
                // The candidate is held back; what lies before it is content for sure.
                return try report(chunk, start..<(candidate ?? start), &events)
            }
            let byte = chunk[position]
            if matched == delimiterCount, isDelimiterEnd(byte) {
                try report(chunk, start..<(candidate ?? start), &events)
                endPart(&events)
                // The byte is read again, as the first behind the boundary.
                state = .delimiterEnd(sawCarriageReturn: false)
                return
            }
            if byte == pattern[matched] {
                position += 1
                matched += 1
                guard matched == pattern.count else { continue }
                try report(chunk, start..<(candidate ?? start), &events)
                endPart(&events)
                events.append(.end)
                state = .epilogue
                return
            }
            if candidate == nil {
                try reportHeldBack(&events)
                start = position
            }
            candidate = nil
            matched = 0
            virtual = 0
        }
    }

    /// Whether `byte` behind a boundary makes it a delimiter, be it a malformed one. `-` is decided one byte later.
    private func isDelimiterEnd(_ byte: UInt8) -> Bool {
        byte == .carriageReturn || byte == .lineFeed || byte.isOptionalWhitespace
    }

    private mutating func report(
        _ chunk: UnsafeRawBufferPointer,
        _ range: Range<Int>,
        _ events: inout [Event]
    ) throws(MultipartError) {
        guard !range.isEmpty else { return }
        if isInPart {
            events.append(.data(range))
        } else {
            try skip(range.count, limit: limits.maximumPreambleBytes, or: .preambleTooLong)
        }
    }

    private mutating func reportHeldBack(_ events: inout [Event]) throws(MultipartError) {
        guard matched > virtual else { return }
        if isInPart {
            events.append(.heldBack(Array(pattern[virtual..<matched])))
        } else {
            try skip(matched - virtual, limit: limits.maximumPreambleBytes, or: .preambleTooLong)
        }
    }

    private mutating func endPart(_ events: inout [Event]) {
        if isInPart { events.append(.partEnd) }
        isInPart = false
        skippedBytes = 0
        matched = 0
        virtual = 0
    }

    /// Reads one byte behind the boundary: blanks, then CRLF (RFC 2046 5.1.1, `transport-padding`).
    mutating func finishDelimiter(_ byte: UInt8, _ sawCarriageReturn: Bool) throws(MultipartError) {
        if sawCarriageReturn {
            guard byte == .lineFeed else { throw .malformedDelimiter }
            partCount += 1
            guard partCount <= limits.maximumParts else { throw .tooManyParts }
            headerBlock.removeAll(keepingCapacity: true)
            state = .headers
        } else if byte == .carriageReturn {
            state = .delimiterEnd(sawCarriageReturn: true)
        } else {
            guard byte.isOptionalWhitespace else { throw .malformedDelimiter }
            try skip(1, limit: Self.maximumPaddingBytes, or: .malformedDelimiter)
        }
    }

    /// Blanks allowed behind a boundary; nobody sends any.
    private static let maximumPaddingBytes = 256

    /// Collects header bytes up to the blank line, then reports the part.
    mutating func collectHeaders(
        _ chunk: UnsafeRawBufferPointer,
        _ position: inout Int,
        _ events: inout [Event]
    ) throws(MultipartError) {
        while position < chunk.count {
            let byte = chunk[position]
            position += 1
            headerBlock.append(byte)
            guard headerBlock.count <= limits.maximumHeaderBytes else { throw .headersTooLong }
            guard byte == .lineFeed, endsInBlankLine else { continue }
            let head = try MultipartPartHead(block: headerBlock.dropLast(2), limits: limits)
            events.append(.partBegin(head))
            isInPart = true
            state = .content
            matched = 2
            virtual = 2
            return
        }
    }

    private var endsInBlankLine: Bool {
        let count = headerBlock.count
        guard count >= 2, headerBlock[count - 2] == .carriageReturn else { return false }
        if count == 2 { return true }
        return count >= 4 && headerBlock[count - 3] == .lineFeed && headerBlock[count - 4] == .carriageReturn
    }
}

extension UnsafeRawBufferPointer {
    /// The offset of the first `delimiter` at or behind `start`, or of a CR so near the end that it may begin one.
    ///
    /// memchr(3) finds the CRs at gigabytes per second. Each byte is compared with the delimiter at most once, because
    /// what matches it before a mismatch holds no other CR.
    fileprivate func firstCandidate(from start: Int, for delimiter: ArraySlice<UInt8>) -> Int? {
        guard let base = baseAddress else { return nil }
        return delimiter.withUnsafeBytes { delimiter in
            guard let pattern = delimiter.baseAddress else { return nil }
            var position = start
            while position < count {
                if self[position] != .carriageReturn {
                    guard let found = memchr(base + position, Int32(UInt8.carriageReturn), count - position) else {
                        return nil
                    }
                    position = UnsafeRawPointer(found) - base
                }
                let remaining = count - position
                if remaining < delimiter.count { return position }
                if self[position + 1] == .lineFeed, memcmp(base + position, pattern, delimiter.count) == 0 {
                    return position
                }
                position += 1
            }
            return nil
        }
    }
}
