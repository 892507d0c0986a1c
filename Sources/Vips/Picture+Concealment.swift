import CLibvips

extension Picture {
    /// Decodes the picture and tells whether its last rows are nothing but the grey that an HEVC decoder puts where the data
    /// ran out.
    ///
    /// libde265, below libheif, calls such a picture a success and says nothing, not even when asked to be strict: the picture
    /// itself is the only witness. YCbCr 128/128/128 is RGB 128 in full range and 130 in limited range.
    /// - Throws: ``VipsFailure`` where it cannot be decoded at all.
    package func endsInConcealment() throws(VipsFailure) -> Bool {
        try self.isConcealment(lastRows: Self.footRows(ofHeight: self.height))
    }

    /// How many rows are looked at.
    static func footRows(ofHeight height: Int) -> Int { min(height, max(16, height / 8)) }

    func isConcealment(lastRows rows: Int) throws(VipsFailure) -> Bool {
        let top = Int32(clamping: self.height - rows)
        let foot = try self.applying("vips_crop") {
            shim_vips_crop($0, &$1, 0, top, Int32(clamping: self.width), Int32(clamping: rows))
        }.rendered()
        var least = 0.0
        var most = 0.0
        guard shim_vips_min(foot.pointer, &least) == 0, shim_vips_max(foot.pointer, &most) == 0 else {
            throw VipsFailure.take(from: "vips_min")
        }
        // The conversion leaves the three channels a step apart: 127, 129, 128. A camera's grey is noisier.
        return most - least <= 3 && least >= 126 && most <= 131
    }
}
