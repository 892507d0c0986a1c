import CLibvips
import Glibc
import MediaCore
import Synchronization

extension Picture {
    /// A picture whose pixels `decoder` delivers when the first of them is asked for: until then there is only its header, and no memory
    /// is taken on the word of one.
    ///
    /// Source: https://www.libvips.org/API/8.14/libvips-generate.html#vips-image-generate
    static func decodedLater(by decoder: any PixelDecoder, source: PictureSource) throws(VipsFailure) -> Picture {
        let picture = try Self.blank(decoder.layout, source: source)
        picture.describe(profile: decoder.profile, orientation: decoder.orientation, frames: decoder.frameCount)
        let pixels = Unmanaged.passRetained(PendingPixels(decoder))
        let made = vips_image_generate(
            picture.pointer,
            nil,
            { region, _, pixels, _, _ in
                guard let region, let pixels else { return -1 }
                return Unmanaged<PendingPixels>.fromOpaque(pixels).takeUnretainedValue().fill(region) ? 0 : -1
            },
            nil,
            pixels.toOpaque(),
            nil
        )
        // Whoever computes from the image keeps it alive, and it keeps its pixels.
        shim_keep_alive(picture.pointer, pixels.toOpaque()) { pixels in
            if let pixels { Unmanaged<PendingPixels>.fromOpaque(pixels).release() }
        }
        guard made == 0 else { throw VipsFailure.take(from: "vips_image_generate") }
        return picture
    }

    /// A picture of pixels that are decoded.
    static func decoded(_ pixels: DecodedPixels, profile: [UInt8]?) throws(VipsFailure) -> Picture {
        let layout = pixels.layout
        let made = vips_image_new_from_memory_copy(
            pixels.bytes.baseAddress,
            pixels.bytes.count,
            Int32(clamping: layout.size.width),
            Int32(clamping: layout.size.height),
            Int32(clamping: layout.channels),
            layout.format
        )
        guard let made else { throw VipsFailure.take(from: "vips_image_new_from_memory_copy") }
        let picture = try Picture(owning: made, source: nil).applying("vips_copy") {
            shim_vips_copy_as($0, &$1, layout.interpretation)
        }
        picture.describe(profile: profile, orientation: 1, frames: 1)
        return picture
    }

    private static func blank(_ layout: PixelLayout, source: PictureSource) throws(VipsFailure) -> Picture {
        guard layout.byteCount != nil, layout.size.width > 0, layout.size.height > 0,
            max(layout.size.width, layout.size.height) < Int(VIPS_MAX_COORD), let image = vips_image_new()
        else {
            throw VipsFailure(operation: "decode", text: "impossible size")
        }
        vips_image_init_fields(
            image,
            Int32(clamping: layout.size.width),
            Int32(clamping: layout.size.height),
            Int32(clamping: layout.channels),
            layout.format,
            VIPS_CODING_NONE,
            layout.interpretation,
            1,
            1
        )
        let picture = Picture(owning: image, source: source)
        // Made of no others.
        var inputs: UnsafeMutablePointer<VipsImage>?
        guard vips_image_pipeline_array(image, VIPS_DEMAND_STYLE_THINSTRIP, &inputs) == 0 else {
            throw VipsFailure.take(from: "vips_image_pipeline_array")
        }
        return picture
    }

    private func describe(profile: [UInt8]?, orientation: Int, frames: Int) {
        if let profile { vips_image_set_blob_copy(self.pointer, VIPS_META_ICC_NAME, profile, profile.count) }
        if orientation != 1 { vips_image_set_int(self.pointer, VIPS_META_ORIENTATION, Int32(clamping: orientation)) }
        if frames > 1 { vips_image_set_int(self.pointer, VIPS_META_N_PAGES, Int32(clamping: frames)) }
    }
}

/// Pixels that are decoded when libvips asks for the first of them, and stay as long as the image that shows them.
private final class PendingPixels {
    private enum State {
        case waiting(any PixelDecoder)
        case ready(DecodedPixels)
        case failed
    }

    private var state: State
    /// libvips computes on threads of its own, and never says that it is one at a time.
    private let turn = Mutex(())

    init(_ decoder: any PixelDecoder) { self.state = .waiting(decoder) }

    /// Copies the wanted rectangle.
    func fill(_ region: UnsafeMutablePointer<VipsRegion>) -> Bool { self.turn.withLock { _ in self.copy(to: region) } }

    private func copy(to region: UnsafeMutablePointer<VipsRegion>) -> Bool {
        guard let pixels = self.decoded() else { return false }
        let (area, width) = (region.pointee.valid, pixels.layout.bytesPerPixel)
        let count = Int(area.width) * width
        for row in Int(area.top)..<Int(area.top) + Int(area.height) {
            let start = row * pixels.layout.bytesPerRow + Int(area.left) * width
            guard start >= 0, start + count <= pixels.bytes.count, let base = pixels.bytes.baseAddress,
                let target = shim_region_address(region, area.left, Int32(clamping: row))
            else { return false }
            target.copyMemory(from: base + start, byteCount: count)
        }
        return true
    }

    private func decoded() -> DecodedPixels? {
        switch self.state {
        case .ready(let pixels): return pixels
        case .failed: return nil
        case .waiting(let decoder):
            do throws(VipsFailure) {
                let pixels = try DecodedPixels(decoder.layout)
                try decoder.decode(into: pixels.bytes)
                self.state = .ready(pixels)
                return pixels
            } catch {
                self.state = .failed
                shim_vips_error(error.operation, error.text)
                return nil
            }
        }
    }
}
