"""libvips in this process, by ctypes: what one render costs without a daemon around it.

Run as a program it renders the same files again and again and prints the processor seconds of each render, start-up not counted:

    vipscalls.py <width> <height or 0> <webp|jpeg|avif> <repetitions> <with or without liborc: 1 or 0> <file>...
"""
import ctypes
import resource
import sys
import time
from pathlib import Path

POINTER = ctypes.c_void_p


class Vips:
    """One thread, no cache: how a worker is set up."""

    def __init__(self, vectors: bool):
        self.library = ctypes.CDLL("libvips.so.42")
        if self.library.vips_init(b"vipscalls"):
            raise SystemExit("libvips does not start")
        self.library.vips_concurrency_set(1)
        self.library.vips_cache_set_max(0)
        self.library.vips_vector_set_enabled(int(vectors))
        self.library.vips_error_buffer.restype = ctypes.c_char_p

    def render(self, content: bytes, width: int, height: int, form: str) -> int:
        """Bytes of the rendition; `height` 0 is the whole picture, else a crop to what draws attention."""
        out = POINTER()
        options = [b"export_profile", b"srgb", b"fail_on", ctypes.c_int(1)]
        if height:
            options += [b"height", ctypes.c_int(height), b"crop", ctypes.c_int(3)]
        else:
            options += [b"height", ctypes.c_int(10_000_000)]
        self.check(
            self.library.vips_thumbnail_buffer(
                content, ctypes.c_size_t(len(content)), ctypes.byref(out), ctypes.c_int(width), *options, None
            )
        )
        buffer, length = POINTER(), ctypes.c_size_t()
        into = (out, ctypes.byref(buffer), ctypes.byref(length))
        quality = [b"Q", ctypes.c_int(60 if form == "avif" else 80), b"strip", ctypes.c_int(1)]
        if form == "webp":
            status = self.library.vips_webpsave_buffer(*into, *quality, b"effort", ctypes.c_int(4), None)
        elif form == "jpeg":
            more = [b"optimize_coding", ctypes.c_int(1), b"interlace", ctypes.c_int(1), b"subsample_mode", ctypes.c_int(1)]
            status = self.library.vips_jpegsave_buffer(*into, *quality, *more, None)
        else:
            more = [b"compression", ctypes.c_int(4), b"effort", ctypes.c_int(3), b"bitdepth", ctypes.c_int(8)]
            status = self.library.vips_heifsave_buffer(*into, *quality, *more, None)
        self.check(status)
        self.library.g_free(buffer)
        self.library.g_object_unref(out)
        return length.value

    def check(self, status: int) -> None:
        if status:
            raise SystemExit(self.library.vips_error_buffer().decode())


def main() -> None:
    width, height, form, repetitions, vectors, *paths = sys.argv[1:]
    vips = Vips(vectors == "1")
    contents = [Path(path).read_bytes() for path in paths]
    vips.render(contents[0], int(width), int(height), form)
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    count = 0
    for _ in range(int(repetitions)):
        for content in contents:
            vips.render(content, int(width), int(height), form)
            count += 1
    after = resource.getrusage(resource.RUSAGE_SELF)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(seconds / count, (time.monotonic() - began) / count)


if __name__ == "__main__":
    main()
