#!/usr/bin/env bash
# ffmpeg's list of frame checksums of an Ogg file changes when only a title was changed.
#
# One would guess: "-c copy -f framemd5" hashes packets, so two files with the same sound and other comments give the same list. It is
# what one compares to prove that taking private data out of a file touched no frame.
#
# What happens: the comments of Vorbis in Ogg travel as side data of the first packet, and framemd5 prints a size and a hash of side
# data in the same line ("S=1, ..."). The packet's own hash is the same. "-f streamhash" and a hash of decoded sound do not change.
#
# Why it matters: the usual proof of an unchanged stream fails for the one thing that was meant to change, and only for Ogg: whoever
# trusts the list looks for a fault that is not there.
#
# Seen: ffmpeg 7.0.2 (PyPI imageio-ffmpeg 0.6.0), the same with Debian 12's 5.1.9, 2026-11-30.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q imageio-ffmpeg==0.6.0
ffmpeg=$("$folder/venv/bin/python" -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | head -n 1
"$ffmpeg" -v error -f lavfi -i sine=duration=2 -c:a libvorbis -metadata title=one "$folder/one.ogg"
"$ffmpeg" -v error -i "$folder/one.ogg" -map_metadata -1 -c copy -metadata title=another "$folder/another.ogg"
for name in one another; do
    "$ffmpeg" -v error -i "$folder/$name.ogg" -c copy -f framemd5 "$folder/$name.frames"
    "$ffmpeg" -v error -i "$folder/$name.ogg" -c copy -f streamhash -hash md5 "$folder/$name.stream"
    "$ffmpeg" -v error -i "$folder/$name.ogg" -f md5 "$folder/$name.sound"
    # Without what stands behind the packet's own hash.
    grep -v '^#' "$folder/$name.frames" | cut -d , -f 1-6 >"$folder/$name.packets"
done
echo "lines of framemd5 that differ:"
diff "$folder/one.frames" "$folder/another.frames" && { echo "this has changed: the lists are the same"; exit 1; }
for kind in packets stream sound; do
    cmp "$folder/one.$kind" "$folder/another.$kind" || { echo "this has changed: $kind differ"; exit 1; }
    echo "$kind: the same"
done
