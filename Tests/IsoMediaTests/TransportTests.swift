import IsoMedia
import Primitives
import Testing

@Suite("Streams: transport streams")
struct TransportTests {
    private let source = BytesInMemory(
        TestFilm(reordering: 1, videoEdit: 3600, audioEntry: Entries.sound(objectType: 0x6B, specific: [0])).bytes
    )

    @Test("packets count on over segments that are made one by one")
    func counters() throws {
        let plan = try StreamPlan(MovieFile(reading: self.source).movie, limits: .init(targetSeconds: 0.5))
        #expect(plan.segments.count == 4)
        var next: [Int: Int] = [:]
        for index in plan.segments.indices {
            for packet in try self.packets(plan, index) {
                #expect(packet[0] == 0x47)
                let identifier = Int(packet[1] & 0x1F) << 8 | Int(packet[2])
                let counter = Int(packet[3] & 0xF)
                #expect(counter == next[identifier, default: 0])
                next[identifier] = (counter + 1) % 16
                // Each has some payload, so each counts.
                #expect(packet[3] & 0x10 != 0)
            }
        }
        #expect(Set(next.keys) == [0, 0x100, 0x101, 0x1000] && next.values.allSatisfy { $0 == 0 })
    }

    @Test("what the packets carry is every frame, once")
    func content() throws {
        let plan = try StreamPlan(MovieFile(reading: self.source).movie, limits: .init(targetSeconds: 0.5))
        var pictures: [UInt8] = []
        var sounds: [UInt8] = []
        for index in plan.segments.indices {
            for packet in try self.packets(plan, index) {
                let identifier = Int(packet[1] & 0x1F) << 8 | Int(packet[2])
                let start = packet[3] & 0x20 != 0 ? 5 + Int(packet[4]) : 4
                if identifier == 0x100 { pictures += packet[start...] }
                if identifier == 0x101 { sounds += packet[start...] }
            }
        }
        let frames = (0..<100).map { Array(TestFilm.frame($0).dropFirst(4)) }
        for frame in frames { #expect(contains(frame, in: pictures)) }
        let elementary = withoutHeaders(sounds)
        #expect(elementary == (0..<188).flatMap(TestFilm.sound))
    }

    private func packets(_ plan: StreamPlan, _ index: Int) throws -> [[UInt8]] {
        let bytes = try plan.transportSegment(index, reading: self.source).written
        #expect(bytes.count % 188 == 0)
        return stride(from: 0, to: bytes.count, by: 188).map { Array(bytes[$0..<$0 + 188]) }
    }

    /// Packets of sound say how long they are.
    private func withoutHeaders(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var position = 0
        while position + 9 <= bytes.count {
            let length = Int(bytes[position + 4]) << 8 | Int(bytes[position + 5])
            let header = 9 + Int(bytes[position + 8])
            result += bytes[position + header..<position + 6 + length]
            position += 6 + length
        }
        return result
    }

    private func contains(_ needle: [UInt8], in bytes: [UInt8]) -> Bool {
        bytes.indices.contains { bytes[$0] == needle[0] && bytes[$0...].starts(with: needle) }
    }
}
