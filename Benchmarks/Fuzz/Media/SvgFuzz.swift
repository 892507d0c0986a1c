// libFuzzer on the SVG sanitiser: no input may trap it or keep it busy; what comes out holds nothing that runs or loads, and
// sanitising it again changes nothing.
//
// scripts/fuzz-media 60 Svg

import MediaCore

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSvg(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeRawBufferPointer(start: bytes, count: count)
    let limits = ImageLimits(maximumPixels: 1 << 20, maximumFrames: 1, maximumElements: 1000)
    guard let document = try? SvgDocument(sanitizing: input, limits: limits) else { return 0 }
    // No entity and no default value is taken: only escapes make it longer, six bytes for one.
    precondition(document.bytes.count <= 8 * count + 256, "amplified")
    let output = String(decoding: document.bytes, as: UTF8.self).lowercased()
    // What stands in a tag, since text may say anything.
    for name in ["<script", "<foreignobject", "<animate", "<set", "<feimage", "<!", "<?"] {
        precondition(output.firstRange(of: name) == nil, "\(name) in \(output)")
    }
    let again = document.bytes.withUnsafeBytes { try? SvgDocument(sanitizing: $0, limits: limits) }
    precondition(again?.bytes == document.bytes, "not the same after another time: \(output)")
    return 0
}
