import Glibc

/// From the numbers of a picture or a video to light, and from more light than a screen has to what it has.
///
/// Light is linear, 1 being the white of a sheet of paper (203 cd/m², ITU-R BT.2408). Videos and pictures share these curves, so that a
/// still beside its video looks like it.
///
/// Sources: SMPTE ST 2084 and ITU-R BT.2100 (PQ, HLG), IEC 61966-2-1 (sRGB), the "mobius" curve of FFmpeg's tonemap filter.
package enum LightCurve {
    /// Nits of HDR mastering taken for the top: 1000, as most is mastered and as HLG is defined.
    package static let peak: Float = 1000 / 203
    /// Up to here ``bent(_:)`` changes nothing.
    package static let knee: Float = 0.5

    /// PQ: the light of the display.
    package static func perceptualQuantizer(_ value: Float) -> Float {
        let power = powf(value, 1 / 78.84375)
        let light = powf(max(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power), 1 / 0.1593017578125)
        return 10000 / 203 * light
    }

    /// HLG: the light of the scene, 1 being the most; see ``displayGain(sceneLuminance:)``.
    package static func hybridLogGamma(_ value: Float) -> Float {
        value <= 0.5 ? value * value / 3 : (expf((value - 0.55991073) / 0.17883277) + 0.28466892) / 12
    }

    /// The display's part of HLG: the scene's light to the power of 1.2, by luminance.
    package static func displayGain(sceneLuminance luminance: Float) -> Float {
        self.peak * powf(max(luminance, 1e-6), 0.2)
    }

    /// sRGB.
    package static func fromSRGB(_ value: Float) -> Float {
        value <= 0.04045 ? value / 12.92 : powf((value + 0.055) / 1.055, 2.4)
    }

    /// sRGB, the other way.
    package static func toSRGB(_ light: Float) -> Float {
        light <= 0.0031308 ? 12.92 * light : 1.055 * powf(light, 1 / 2.4) - 0.055
    }

    /// From ``knee`` on a hyperbola that reaches 1 at ``peak``. For the brightest channel of a colour: with the others in proportion its hue
    /// stays.
    package static func bent(_ light: Float) -> Float {
        guard light > self.knee else { return light }
        let (knee, peak) = (self.knee, self.peak)
        let a = -knee * knee * (peak - 1) / (knee * knee - 2 * knee + peak)
        let b = (knee * knee - 2 * knee * peak + peak) / (peak - 1)
        return (b * b + 2 * b * knee + knee * knee) / (b - a) * (light + a) / (light + b)
    }
}
