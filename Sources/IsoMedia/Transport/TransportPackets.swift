/// Writes an MPEG transport stream: packets of 188 bytes (ISO/IEC 13818-1 section 2.4.3).
///
/// Segments are made one by one, yet players see one stream and count its packets, modulo 16, for each stream in it. So each segment
/// has a multiple of 16 packets of each.
struct TransportPackets {
    private(set) var bytes: [UInt8] = []
    private var counters: [UInt16: Int] = [:]

    private static let length = 188
    private static let head = 4

    /// Sixteen times the same section, each in a packet of its own.
    mutating func write(section: [UInt8], identifier: UInt16) {
        for _ in 0..<16 {
            // The pointer to the section's beginning: right here.
            let payload = [0] + section
            self.write(payload[...], of: identifier, isStart: true, adaptation: nil)
        }
    }

    /// One packet of an elementary stream, in as many transport packets as it needs.
    /// - Parameters:
    ///   - clock: the reference clock (PCR), in ticks of 1/90,000 s; nil for streams that do not carry it.
    ///   - isLast: whether the stream's packets have to become a multiple of 16 with it.
    mutating func write(
        _ packet: ElementaryPacket,
        identifier: UInt16,
        clock: Int64?,
        isLast: Bool
    ) {
        let payload = packet.bytes
        let adaptation = clock.map { Self.adaptation(clock: $0, isKeyFrame: packet.isKeyFrame) }
        let first = Self.length - Self.head - (adaptation?.count ?? 0)
        var rest = payload[...]
        var small = 0
        if isLast {
            // Some packets carry one byte each, as many as are missing; the first one keeps the header together.
            let plain = 1 + max(0, rest.count - first + 183) / 184
            small = (16 - (self.counters[identifier, default: 0] + plain) % 16) % 16
        }
        self.write(
            rest.prefix(small > 0 ? Self.shortPayload : first),
            of: identifier,
            isStart: true,
            adaptation: adaptation
        )
        rest = rest.dropFirst(small > 0 ? Self.shortPayload : first)
        guard small > 0 else {
            self.writeRest(rest, of: identifier)
            return
        }
        // With a short first packet the rest may need one more.
        while (self.counters[identifier, default: 0] + (rest.count + 183) / 184) % 16 != 0, rest.count > 1 {
            self.write(rest.prefix(1), of: identifier, isStart: false, adaptation: nil)
            rest = rest.dropFirst()
        }
        self.writeRest(rest, of: identifier)
    }

    /// Bytes of ``ElementaryPacket`` that have to be in the first transport packet: its header.
    static let shortPayload = 20

    private mutating func writeRest(_ bytes: ArraySlice<UInt8>, of identifier: UInt16) {
        var rest = bytes
        while !rest.isEmpty {
            self.write(rest.prefix(Self.length - Self.head), of: identifier, isStart: false, adaptation: nil)
            rest = rest.dropFirst(Self.length - Self.head)
        }
    }

    /// One transport packet, filled up where the payload is short.
    private mutating func write(
        _ payload: ArraySlice<UInt8>,
        of identifier: UInt16,
        isStart: Bool,
        adaptation: [UInt8]?
    ) {
        let counter = self.counters[identifier, default: 0]
        self.counters[identifier] = counter + 1
        var field = adaptation ?? []
        let filling = Self.length - Self.head - field.count - payload.count
        if filling > 0 {
            if field.isEmpty {
                // One byte is the length itself; with more, the next one has the flags.
                field = filling == 1 ? [0] : [UInt8(filling - 1), 0] + [UInt8](repeating: 0xFF, count: filling - 2)
            } else {
                field[0] += UInt8(filling)
                field += [UInt8](repeating: 0xFF, count: filling)
            }
        }
        self.bytes.append(0x47)
        self.bytes.append((isStart ? 0x40 : 0) | UInt8(identifier >> 8))
        self.bytes.append(UInt8(truncatingIfNeeded: identifier))
        self.bytes.append((field.isEmpty ? 0x10 : 0x30) | UInt8(counter % 16))
        self.bytes += field
        self.bytes += payload
    }

    /// The adaptation field with a clock reference (section 2.4.3.4).
    private static func adaptation(clock: Int64, isKeyFrame: Bool) -> [UInt8] {
        let base = UInt64(max(0, clock)) & 0x1_FFFF_FFFF
        return [
            7, isKeyFrame ? 0x50 : 0x10, UInt8(truncatingIfNeeded: base >> 25), UInt8(truncatingIfNeeded: base >> 17),
            UInt8(truncatingIfNeeded: base >> 9), UInt8(truncatingIfNeeded: base >> 1), UInt8(base & 1) << 7 | 0x7E, 0,
        ]
    }
}
