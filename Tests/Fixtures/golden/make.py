#!/usr/bin/env python3
"""Makes the golden pictures: what each sample looks like, upright, in sRGB, in a box of 72 pixels.

By other decoders and other colour management than the code under test has: Pillow, its own libheif, littleCMS.

    pip install pillow pillow-heif && Tests/Fixtures/golden/make.py
"""
import io
from pathlib import Path

from PIL import Image, ImageCms, ImageOps
import pillow_heif

pillow_heif.register_heif_opener()
FIXTURES = Path(__file__).resolve().parent.parent
SAMPLES = ["photo.jpg", "iphone13-gps-p3.jpg", "iphone13-gps.heic", "avif-orientation-6.avif", "cmyk.jpg", "animated.webp", "cogs.gif"]
SAMPLES += [f"exif-orientation/{number}.jpg" for number in range(1, 9)]

for sample in SAMPLES:
    picture = Image.open(FIXTURES / sample)
    profile = picture.info.get("icc_profile")
    picture = ImageOps.exif_transpose(picture)
    if profile:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        picture = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    picture = picture.convert("RGBA")
    scale = 72 / max(picture.size)
    size = tuple(max(1, round(side * scale)) for side in picture.size)
    # Premultiplied, so that the colour of transparent pixels does not bleed.
    picture = picture.convert("RGBa").resize(size, Image.LANCZOS).convert("RGBA")
    if picture.getextrema()[3][0] == 255:
        picture = picture.convert("RGB")
    name = sample.replace("/", "-").rsplit(".", 1)[0] + ".png"
    picture.save(FIXTURES / "golden" / name, optimize=True)
    print(sample, Image.open(FIXTURES / sample).size, picture.size, "profile" if profile else "")
