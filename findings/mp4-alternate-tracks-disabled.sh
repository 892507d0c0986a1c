#!/usr/bin/env bash
# ffmpeg writes every sound and subtitle track of an MP4 but the first of its kind as disabled.
#
# One would guess: the track_enabled flag of 'tkhd' (ISO/IEC 14496-12 8.3.2) tells helper tracks, such as chapter titles, from media.
# "A disabled track is treated as if it were not present", so a server that lists languages leaves disabled tracks out.
#
# What happens: of two sounds and two subtitles that ffmpeg muxes with their languages, the second of each has the flag cleared. Players
# list them all the same. The flag says "not the default" here, and only alternate_group, which is not 0 for these tracks, tells them
# from a chapter track.
#
# Why it matters: whoever follows the standard's words loses every language but one of most MP4 files there are, silently.
#
# Seen: ffmpeg 7.0.2 (PyPI imageio-ffmpeg 0.6.0), the same with Debian 12's 5.1.9, 2026-11-30.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q imageio-ffmpeg==0.6.0
ffmpeg=$("$folder/venv/bin/python" -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1
printf '1\n00:00:00,000 --> 00:00:01,000\nOne line\n' >"$folder/line.srt"
"$ffmpeg" -v error -f lavfi -i testsrc=size=64x48:duration=2 -f lavfi -i sine=duration=2 -i "$folder/line.srt" \
    -map 0 -map 1 -map 1 -map 2 -map 2 -c:a aac -c:s mov_text \
    -metadata:s:a:0 language=eng -metadata:s:a:1 language=fra -metadata:s:s:0 language=eng -metadata:s:s:1 language=fra \
    "$folder/languages.mp4"
"$folder/venv/bin/python" - "$folder/languages.mp4" <<'PYTHON'
import struct
import sys


def boxes(data, start, end):
    while start + 8 <= end:
        length, kind = struct.unpack_from(">I4s", data, start)
        yield kind, start + 8, start + length
        start += length


def child(data, kind, start, end):
    return next((begin, stop) for found, begin, stop in boxes(data, start, end) if found == kind)


data = open(sys.argv[1], "rb").read()
movie = child(data, b"moov", 0, len(data))
seen = []
for kind, begin, end in boxes(data, *movie):
    if kind != b"trak":
        continue
    header, _ = child(data, b"tkhd", begin, end)
    handler, _ = child(data, b"hdlr", *child(data, b"mdia", begin, end))
    name = data[handler + 8 : handler + 12].decode()
    enabled = bool(data[header + 3] & 1)
    group = struct.unpack_from(">H", data, header + 34)[0]
    seen.append((name, enabled, group > 0))
    print(f"{name}: enabled {enabled}, alternate_group {group}")
expected = [("vide", True, False), ("soun", True, True), ("soun", False, True), ("sbtl", True, True), ("sbtl", False, True)]
assert seen == expected, f"this has changed: {seen}"
PYTHON
