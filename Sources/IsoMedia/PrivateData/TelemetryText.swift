import Primitives

/// Drones and dash cameras write their positions as subtitles.
enum TelemetryText {
    /// What such texts begin their positions with, in lower case.
    private static let marks = [
        "gps (", "gps(", "gps:", "$gprmc", "$gpgga", "$gnrmc", "$gngga", "home (", "home(", "latitude:", "latitude :",
        "[latitude", "longitude:", "lat:", "lat=",
    ].map { Array($0.utf8) }

    private static let samplesRead = 24

    /// Whether one of the first texts has a position with digits in it.
    static func isTelemetry(_ track: TrackBlanking, in source: some ByteSource) throws(IsoMediaFault) -> Bool {
        guard track.isSelfContained, let samples = track.samples, var cursor = try? samples.cursor() else {
            return false
        }
        for _ in 0..<self.samplesRead {
            guard let sample = try? cursor.next() else { return false }
            let bytes = try source.read(at: sample.offset, count: min(sample.size, 4096))
            if self.isPosition(bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }) { return true }
        }
        return false
    }

    private static func isPosition(_ text: [UInt8]) -> Bool {
        self.marks.contains { mark in
            guard let found = text.firstRange(of: mark) else { return false }
            return text[found.upperBound...].prefix(16).contains { (0x30...0x39).contains($0) }
        }
    }
}
