# Usage: camera.py in.mp4 out.mov: puts a camera's private data into a video whose index is at its end.
import struct, sys
def boxes(b, start, end):
    while end - start >= 8:
        size, kind = struct.unpack(">I4s", b[start:start+8])
        yield kind, start, start + size
        start += size
def box(kind, *content): c = b"".join(content); return struct.pack(">I", 8 + len(c)) + kind + c
def full(kind, *content): return box(kind, bytes(4), *content)
src = open(sys.argv[1], "rb").read()
top = {k: (s, e) for k, s, e in boxes(src, 0, len(src))}
ftyp, moov = src[slice(*top[b"ftyp"])], bytearray(src[slice(*top[b"moov"])])
def tables(b, start, end):
    for k, s, e in boxes(b, start, end):
        if k in (b"trak", b"mdia", b"minf", b"stbl"): yield from tables(b, s + 8, e)
        elif k == b"stco": yield s
places = [s + 16 + 4 * i for s in tables(moov, 8, len(moov)) for i in range(struct.unpack(">I", moov[s+12:s+16])[0])]
offsets = sorted((struct.unpack(">I", moov[p:p+4])[0], p) for p in places)
end = top[b"mdat"][1]
media, telemetry, position = b"", [], len(ftyp) + 8
for (offset, place), nxt in zip(offsets, offsets[1:] + [(end, 0)]):
    chunk = src[offset:nxt[0]]
    moov[place:place+4] = struct.pack(">I", position + len(media))
    media += chunk
    sample = b"DEVC SECRET GPS5 52.5200 13.4050 " + bytes([len(telemetry)]) * 7
    telemetry.append(position + len(media))
    media += sample
matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
n = len(telemetry)
def track(number, handler, entry, name):
    return box(b"trak",
        full(b"tkhd", struct.pack(">5I", 3800000000, 3800000000, number, 0, 2000), bytes(16), matrix, bytes(8)),
        box(b"mdia", full(b"mdhd", struct.pack(">4IHH", 3800000000, 3800000000, 1000, 2000, 0x55C4, 0)),
            full(b"hdlr", b"\0\0\0\0", handler, bytes(12), name + b"\0"),
            box(b"minf", full(b"nmhd"), box(b"dinf", full(b"dref", struct.pack(">I", 1), box(b"url ", b"\0\0\0\1"))),
                box(b"stbl", full(b"stsd", struct.pack(">I", 1), box(entry, bytes(6), b"\0\1")),
                    full(b"stts", struct.pack(">3I", 1, n, 2000 // n)), full(b"stsc", struct.pack(">4I", 1, 1, 1, 1)),
                    full(b"stsz", struct.pack(">2I", 40, n)), full(b"stco", struct.pack(">I", n), *[struct.pack(">I", o) for o in telemetry])))))
xyz = b"+52.5200+013.4050+034.000/"
keys = [b"com.apple.quicktime.location.ISO6709", b"com.apple.quicktime.make", b"com.apple.quicktime.creationdate"]
values = [xyz, b"SECRET Camera", b"2026-11-30T10:00:00+0100"]
meta = box(b"meta", full(b"hdlr", b"\0\0\0\0", b"mdta", bytes(13)),
    full(b"keys", struct.pack(">I", len(keys)), *[struct.pack(">I", 8 + len(k)) + b"mdta" + k for k in keys]),
    box(b"ilst", *[box(struct.pack(">I", i + 1), box(b"data", struct.pack(">2I", 1, 0), v)) for i, v in enumerate(values)]))
udta = box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(xyz), 0x15C7), xyz), box(b"FIRM", b"SECRET 1.2"), box(b"CAME", b"SECRET serial"),
    box(b"GPMF", b"DEVC SECRET"), box(b"\xa9mod", struct.pack(">HH", 6, 0x15C7), b"SECRET"), box(b"\xa9nam", struct.pack(">HH", 7, 0x15C7), b"Holiday"))
gps = box(b"gps ", struct.pack(">2I2I", 0, 1, telemetry[0], 40))
content = bytes(moov[8:])
old = [content[s:e] for k, s, e in boxes(content, 0, len(content)) if k != b"udta"]
moov = box(b"moov", *old, track(9, b"meta", b"gpmd", b"GoPro MET SECRET"), udta, meta, gps)
uuid = box(b"uuid", b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac", b"<x:xmpmeta>SECRET GPSLatitude</x:xmpmeta>")
trailer = b"\xff\xff\xff\xffSECRET trailer of an action camera 8db42d694ccc418790edff439fe026bf"
open(sys.argv[2], "wb").write(ftyp + box(b"mdat", media) + moov + uuid + box(b"free", b"GPS SECRET") + trailer)
