extension StreamPlan {
    /// What players read before any segment: the tracks and how they are coded (RFC 8216 section 4.3.2.5, ISO/IEC 14496-12
    /// sections 4.3, 8.2 and 8.8.1).
    package var initialization: [UInt8] {
        var writer = BoxWriter()
        writer.box("ftyp") { writer in
            writer.fourCC("iso6")
            writer.u32(0)
            for brand: FourCC in ["iso6", "iso5", "mp41"] { writer.fourCC(brand) }
        }
        let tracks = self.tracks
        writer.box("moov") { writer in
            Self.movieHeader(&writer)
            for track in tracks { track.writeBox(to: &writer) }
            writer.box("mvex") { writer in
                for track in tracks {
                    writer.fullBox("trex") { writer in
                        writer.u32(track.number)
                        writer.u32(1)
                        writer.zeros(12)
                    }
                }
            }
        }
        return writer.bytes
    }

    var tracks: [StreamTrack] { [self.video, self.audio].compactMap(\.self) }

    private static func movieHeader(_ writer: inout BoxWriter) {
        writer.fullBox("mvhd") { writer in
            writer.zeros(8)
            writer.u32(1000)
            writer.zeros(4)
            writer.u32(0x10000)
            writer.u16(0x100)
            writer.zeros(10)
            for number: UInt32 in [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000] { writer.u32(number) }
            writer.zeros(24)
            writer.u32(3)
        }
    }
}

extension StreamTrack {
    private var isVideo: Bool { self.track.handler == "vide" }

    fileprivate func writeBox(to writer: inout BoxWriter) {
        writer.box("trak") { writer in
            // Enabled, and part of the video.
            writer.fullBox("tkhd", flags: 3) { writer in
                writer.zeros(8)
                writer.u32(self.number)
                writer.zeros(20)
                writer.u16(self.isVideo ? 0 : 0x100)
                writer.zeros(2)
                writer.append(self.track.matrix.bytes)
                writer.u32(self.track.width)
                writer.u32(self.track.height)
            }
            writer.box("mdia") { writer in
                writer.fullBox("mdhd") { writer in
                    writer.zeros(8)
                    writer.u32(self.track.timescale)
                    writer.zeros(4)
                    writer.u16(Self.packed(self.track.language ?? "und"))
                    writer.zeros(2)
                }
                writer.fullBox("hdlr") { writer in
                    writer.zeros(4)
                    writer.fourCC(self.track.handler)
                    writer.zeros(13)
                }
                writer.box("minf") { self.writeInformation(to: &$0) }
            }
        }
    }

    private func writeInformation(to writer: inout BoxWriter) {
        if self.isVideo {
            writer.fullBox("vmhd", flags: 1) { $0.zeros(8) }
        } else {
            writer.fullBox("smhd") { $0.zeros(4) }
        }
        writer.box("dinf") { writer in
            writer.fullBox("dref") { writer in
                writer.u32(1)
                // In this file.
                writer.fullBox("url ", flags: 1) { _ in }
            }
        }
        writer.box("stbl") { writer in
            writer.fullBox("stsd") { writer in
                writer.u32(1)
                writer.append(self.entry.box)
            }
            // The samples are in the segments.
            for type: FourCC in ["stts", "stsc", "stco"] { writer.fullBox(type) { $0.zeros(4) } }
            writer.fullBox("stsz") { $0.zeros(8) }
        }
    }

    /// - Parameter language: three letters (ISO/IEC 14496-12 section 8.4.2).
    private static func packed(_ language: String) -> UInt16 {
        language.utf8.reduce(0) { $0 << 5 | UInt16(($1 &- 0x60) & 0x1F) }
    }
}
