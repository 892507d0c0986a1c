#!/usr/bin/env bash
# A HEIC whose Exif describes two pictures cannot be opened at all by libheif before 1.18.
#
# One would guess: metadata that a decoder does not understand costs the metadata, not the picture; and "describes" (cdsc) may
# name several items, because ISO/IEC 14496-12 8.11.12 gives every reference a list of them.
#
# What happens: with one Exif item that refers to the picture and to a second one, libheif 1.14 to 1.17 refuse the whole file
# ("Metadata not correctly assigned to image"). Not a pixel can be had, although the coded picture is untouched; 1.18 opens it.
#
# Why it matters: phones write such files by default (the Exif belongs to the photograph and to its tone-mapped rendition), and
# the long-term releases of distributions carry the old versions for years: Debian 12 has 1.15. A service that calls what its decoder
# refuses "damaged" refuses the photographs of its users' newest phones.
#
# Seen: libheif 1.14.2, 1.17.6 and 1.18.1 inside of pillow-heif 0.10.0, 0.16.0 and 0.18.0 (PyPI), 2026-11-30.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for version in 0.10.0 0.16.0 0.18.0; do
    python3 -m venv "$folder/$version"
    "$folder/$version/bin/pip" install -q "pillow-heif==$version" 'pillow==11.3.0'
done
cat >"$folder/write.py" <<'PYTHON'
"""Writes two pictures with Exif of the first as libheif does, and the same file with an Exif that describes both."""
import struct
import sys

import pillow_heif
from PIL import Image

CONTAINERS = {b"meta": 4, b"iref": 4}


def find(data, kinds, start=0, end=None):
    """Where the boxes on the way to one are: a list of (position, length)."""
    end = len(data) if end is None else end
    while start < end:
        length, kind = struct.unpack_from(">I4s", data, start)
        if kind == kinds[0]:
            rest = find(data, kinds[1:], start + 8 + CONTAINERS.get(kind, 0), start + length) if kinds[1:] else []
            return [(start, length), *rest]
        start += length
    raise LookupError(kinds[0])


def move_contents(data, by):
    """Adds to the offset of every item's bytes (iloc, version 0 or 1, offsets of four bytes)."""
    place = find(data, [b"meta", b"iloc"])[-1][0]
    version = data[place + 8]
    offset_size, base_size = data[place + 12] >> 4, data[place + 13] >> 4
    assert version < 2 and offset_size == 4, (version, offset_size)
    count, position = struct.unpack_from(">H", data, place + 14)[0], place + 16
    for _ in range(count):
        if version == 1 and struct.unpack_from(">H", data, position + 2)[0] & 15:
            position, is_in_file = position + 6 + base_size, False
        else:
            position, is_in_file = position + (6 if version == 1 else 4) + base_size, True
        extents, position = struct.unpack_from(">H", data, position)[0], position + 2
        for _ in range(extents):
            if is_in_file:
                struct.pack_into(">I", data, position, struct.unpack_from(">I", data, position)[0] + by)
            position += 4 + (data[place + 12] & 15)


plain, both = sys.argv[1:]
first, second = Image.new("RGB", (64, 48), (200, 40, 40)), Image.new("RGB", (64, 48), (40, 40, 200))
exif = Image.Exif()
exif[271] = "A phone"
file = pillow_heif.from_pillow(first)
file.add_from_pillow(second)
file[0].info["exif"] = exif.tobytes()
file.save(plain, quality=50)
data = bytearray(open(plain, "rb").read())
boxes = find(data, [b"meta", b"iref", b"cdsc"])
place, length = boxes[-1]
_, count, described = struct.unpack_from(">HHH", data, place + 8)
assert count == 1
other = 3 - described
move_contents(data, 2)
for position, size in boxes:
    struct.pack_into(">I", data, position, size + 2)
struct.pack_into(">H", data, place + 10, 2)
data[place + length : place + length] = struct.pack(">H", other)
open(both, "wb").write(data)
PYTHON
cat >"$folder/read.py" <<'PYTHON'
import sys

import pillow_heif

outcomes = []
for path in sys.argv[2:]:
    try:
        outcomes.append(str(pillow_heif.open_heif(path)[0].size))
    except Exception as error:
        outcomes.append(f"refused: {error}")
print(f"libheif {pillow_heif.libheif_version()}: Exif of one {outcomes[0]}, Exif of both {outcomes[1]}")
assert outcomes[0] == "(64, 48)" and outcomes[1].startswith(sys.argv[1]), "this has changed"
PYTHON
"$folder/0.18.0/bin/python" "$folder/write.py" "$folder/one.heic" "$folder/both.heic"
for version in 0.10.0 0.16.0; do
    "$folder/$version/bin/python" "$folder/read.py" refused "$folder/one.heic" "$folder/both.heic"
done
"$folder/0.18.0/bin/python" "$folder/read.py" '(64, 48)' "$folder/one.heic" "$folder/both.heic"
