#!/usr/bin/env bash
# FFmpeg's libraries name an encrypted MP4 track as if it were plain, and decode it to errors.
#
# One would guess: a track under Common Encryption is 'encv' in the file, so whoever opens it sees that name, or an error that says
# "encrypted", and can tell a locked video from a damaged one.
#
# What happens: on opening, the original format inside of the protection replaces the name, and the track is "h264, avc1" as any other.
# Nothing fails before the decoder is fed, and then it says "Invalid data found when processing input": the words for damage. The one
# place that tells is side data of the single packets.
#
# Why it matters: a service that tries its files by decoding a frame calls every protected video broken, and its owner looks for
# a fault in a healthy file.
#
# Seen: ffmpeg 7.0.2 (PyPI imageio-ffmpeg 0.6.0) wrote the file; libavformat of PyAV 14.2.0 read it, 2026-11-30.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q imageio-ffmpeg==0.6.0 av==14.2.0
ffmpeg=$("$folder/venv/bin/python" -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1
"$ffmpeg" -v error -f lavfi -i testsrc=size=160x120:duration=2 -c:v libx264 -encryption_scheme cenc-aes-ctr \
    -encryption_key 76a6c65c5ea762046bd749a2e632ccbb -encryption_kid a7e61c373e219033c21091fa607bf3b8 "$folder/locked.mp4"
"$folder/venv/bin/python" - "$folder/locked.mp4" <<'PYTHON'
import sys

import av

av.logging.set_level(av.logging.PANIC)
print("PyAV", av.__version__, "libavformat", ".".join(map(str, av.library_versions["libavformat"])))
data = open(sys.argv[1], "rb").read()
print("in the file: encv", b"encv" in data, "frma", b"frma" in data)
with av.open(sys.argv[1]) as container:
    stream = container.streams.video[0]
    name, tag = stream.codec_context.name, stream.codec_context.codec_tag
    print("as opened:", name, tag, f"{stream.width}x{stream.height}")
    try:
        frames = sum(1 for _ in container.decode(stream))
        outcome = f"{frames} frames"
    except av.error.InvalidDataError as error:
        outcome = error.strerror
print("decoding:", outcome)
assert b"encv" in data and (name, tag) == ("h264", "avc1"), "this has changed"
assert outcome == "Invalid data found when processing input", "this has changed"
PYTHON
