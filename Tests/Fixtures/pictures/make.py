"""Makes jxl/, jpeg/ and tiff/: python3 make.py, with numpy, imagecodecs 2026.3.6 (libjxl 0.11, libjpeg-turbo 3.1, charls) and tifffile.

Four colours in quarters: 220 40 40, 40 200 40, 40 40 220, 220 220 40; greys: 200, 120, 60, 20; alpha: 255, 255, 128, 0.
"""

import imagecodecs
import numpy
import tifffile

COLOURS = [(220, 40, 40), (40, 200, 40), (40, 40, 220), (220, 220, 40)]
GREYS = [200, 120, 60, 20]
ALPHAS = [255, 255, 128, 0]


def quarters(width, height, values):
    y, x = numpy.mgrid[0:height, 0:width]
    return numpy.array(values)[(y >= height // 2) * 2 + (x >= width // 2)]


def colours(width=120, height=90):
    return quarters(width, height, COLOURS).astype(numpy.uint8)


def greys(width=120, height=90):
    return quarters(width, height, GREYS).astype(numpy.uint8)


def with_alpha(width=120, height=90):
    return numpy.dstack([colours(width, height), quarters(width, height, ALPHAS).astype(numpy.uint8)])


def deep(pixels, bits):
    return (pixels.astype(float) / 255 * ((1 << bits) - 1)).round().astype(numpy.uint16)


def linear(pixels):
    part = pixels / 255
    return numpy.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def packed(pixels, bits):
    """Samples without gaps, rows filled up to whole bytes."""
    height = pixels.shape[0]
    rows = deep(pixels, bits).reshape(height, -1)
    flags = (rows[:, :, None] >> numpy.arange(bits - 1, -1, -1)) & 1
    return numpy.packbits(flags.reshape(height, -1).astype(numpy.uint8), axis=1).tobytes()


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


def tiff(name, data, width, height, bits, samples, photometric, extra=None, entries=()):
    """A TIFF of one strip, little-endian, with bits that tifffile does not write."""
    tags = [(256, 4, width), (257, 4, height), (258, 3, bits), (259, 3, 1), (262, 3, photometric), (277, 3, samples)]
    tags += [(278, 4, height), (279, 4, len(data)), *entries]
    if extra is not None:
        tags.append((338, 3, extra))
    count = len(tags) + 1
    offset = 8 + 2 + 12 * count + 4
    start = offset + 2 * samples
    tags.append((273, 4, start))
    out = b"II*\0" + (8).to_bytes(4, "little") + count.to_bytes(2, "little")
    for tag, kind, value in sorted(tags):
        number, field = 1, value
        if tag == 258 and samples > 2:
            number, field = samples, offset
        elif tag == 258 and samples == 2:
            number, field = 2, value | value << 16
        out += tag.to_bytes(2, "little") + kind.to_bytes(2, "little") + number.to_bytes(4, "little")
        out += field.to_bytes(4, "little")
    out += bytes(4) + b"".join(bits.to_bytes(2, "little") for _ in range(samples)) + data
    write(name, out)


jxl = imagecodecs.jpegxl_encode
write("jxl/large.jxl", jxl(colours(2100, 2300), distance=1))
write("jxl/large-alpha.jxl", jxl(with_alpha(2100, 2300), distance=1))
write("jxl/large-grey.jxl", jxl(greys(2100, 2300), distance=1))
write("jxl/huge.jxl", jxl(colours(4200, 4100), distance=2))
write("jxl/huge-lossless.jxl", jxl(colours(4200, 4100), lossless=True))
write("jxl/grey-alpha.jxl", jxl(numpy.dstack([greys(), quarters(120, 90, ALPHAS).astype(numpy.uint8)]), lossless=True))
# Sixteen bits and floats are light to this encoder's wrapper.
write("jxl/deep.jxl", jxl((linear(colours()) * 65535).round().astype(numpy.uint16), distance=0.5))
write("jxl/float.jxl", jxl(linear(colours()).astype(numpy.float32), lossless=True))
frames = numpy.stack([colours(), 255 - colours(), colours() // 2])
write("jxl/moving.jxl", jxl(frames, lossless=True))

jpeg = imagecodecs.jpeg8_encode
for bits in (2, 8, 10, 12, 14, 16):
    shades = deep(greys(), bits)
    write(f"jpeg/lossless-grey-{bits}.jpg", jpeg(shades if bits > 8 else shades.astype(numpy.uint8), lossless=True, predictor=4, bitspersample=bits))
for predictor in range(1, 8):
    write(f"jpeg/lossless-rgb-8-p{predictor}.jpg", jpeg(colours(), lossless=True, predictor=predictor))
write("jpeg/lossless-rgb-16.jpg", jpeg(deep(colours(), 16), lossless=True, predictor=6, bitspersample=16))
write("jpeg/grey-12.jpg", jpeg(deep(greys(), 12), 95, bitspersample=12))
write("jpeg/colours-12.jpg", jpeg(deep(colours(), 12), 98, subsampling="444", bitspersample=12))
write("jpeg/cmyk-12.jpg", jpeg(deep(with_alpha(), 12), 95, bitspersample=12))

small = (39, 30)
for bits in (10, 12, 14):
    tiff(f"tiff/grey-{bits}.tif", packed(greys(*small), bits), *small, bits, 1, 1)
    tiff(f"tiff/rgb-{bits}.tif", packed(colours(*small), bits), *small, bits, 3, 2)
tiff("tiff/white-is-zero-12.tif", packed(255 - greys(*small), 12), *small, 12, 1, 0, entries=[(274, 3, 6)])
shades = numpy.dstack([greys(*small), quarters(*small, ALPHAS).astype(numpy.uint8)])
tiff("tiff/grey-4-alpha.tif", packed(shades, 4), *small, 4, 2, 1, extra=2)
tiff("tiff/rgb-4.tif", packed(colours(*small), 4), *small, 4, 3, 2)
tiff("tiff/depths.tif", packed(colours(*small), 8), *small, 8, 3, 2)
data = bytearray(open("tiff/depths.tif", "rb").read())
data[8 + 2 + 12 * 9 + 4] = 5
write("tiff/depths.tif", bytes(data))
for name, kind in (("half", numpy.float16), ("double", numpy.float64), ("single", numpy.float32)):
    tifffile.imwrite(f"tiff/rgb-{name}.tif", linear(colours()).astype(kind), photometric="rgb", compression="zlib", metadata=None)
    tifffile.imwrite(f"tiff/grey-{name}.tif", linear(greys()).astype(kind), photometric="minisblack", compression="zlib", metadata=None)
tifffile.imwrite("tiff/rgb-32.tif", (colours().astype(float) / 255 * 4294967295).astype(numpy.uint32), photometric="rgb", compression="zlib", metadata=None)
tifffile.imwrite("tiff/grey-32.tif", (greys().astype(float) / 255 * 4294967295).astype(numpy.uint32), photometric="minisblack", compression="zlib", metadata=None)
planes = numpy.moveaxis(colours(), 2, 0)
for name, pixels in (("8", planes), ("16", deep(planes, 16))):
    tifffile.imwrite(f"tiff/planes-in-tiles-{name}.tif", pixels, photometric="rgb", planarconfig="separate", tile=(32, 48), compression="lzw", metadata=None)
tifffile.imwrite("tiff/big.tif", colours(), photometric="rgb", bigtiff=True, compression="zlib", metadata=None)
tifffile.imwrite("tiff/big-half-tiles.tif", linear(planes).astype(numpy.float16), photometric="rgb", planarconfig="separate", tile=(64, 64), bigtiff=True, byteorder=">", metadata=None, compression="zlib")
tifffile.imwrite("tiff/associated-16.tif", deep(with_alpha() * numpy.dstack([quarters(120, 90, ALPHAS) / 255] * 3 + [quarters(120, 90, [1, 1, 1, 1])]), 16), photometric="rgb", extrasamples=["assocalpha"], compression="zlib", metadata=None)
tifffile.imwrite("tiff/complex.tif", greys().astype(numpy.complex64), photometric="minisblack", compression="zlib", metadata=None)
