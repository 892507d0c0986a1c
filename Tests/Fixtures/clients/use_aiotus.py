"""Uploads with aiotus and prints the upload's URL.

use_aiotus.py single ENDPOINT FILE NAME
use_aiotus.py multiple ENDPOINT FILE... NAME   (parts of one file, put together by the server)
"""

import asyncio
import sys

import aiotus

mode, endpoint, *paths, name = sys.argv[1:]
metadata = {"filename": b"notes.txt", "collection": b"documents", "name": name.encode(), "is_test": None}


async def main():
    files = [open(path, "rb") for path in paths]
    if mode == "single":
        url = await aiotus.upload(endpoint, files[0], metadata, chunksize=300_000)
        # What the server remembers is what it was told.
        assert await aiotus.metadata(url) == metadata, "other metadata came back"
    else:
        url = await aiotus.upload_multiple(endpoint, files, metadata, chunksize=100_000, parallel_uploads=3)
    if url is None:
        sys.exit("aiotus gave up")
    print(url)


asyncio.run(main())
