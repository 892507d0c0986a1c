"""Uploads a file with tuspy and prints the upload's URL.

use_tuspy.py MODE ENDPOINT FILE NAME

MODE: plain (one request), chunked, checksum (chunked, sha1 for each), resume (half of it, then a new client that goes on from
where it finds the URL), async (the asyncio client).
"""

import asyncio
import os
import sys

from tusclient.client import TusClient
from tusclient.storage.filestorage import FileStorage

mode, endpoint, path, name = sys.argv[1:]
metadata = {"filename": os.path.basename(path), "filetype": "text/plain", "collection": "documents", "name": name}
client = TusClient(endpoint, headers={"X-Test": "tuspy"})
chunk = 300_000

if mode == "plain":
    uploader = client.uploader(path, metadata=metadata)
    uploader.upload()
elif mode == "chunked":
    uploader = client.uploader(path, metadata=metadata, chunk_size=chunk)
    uploader.upload()
elif mode == "checksum":
    uploader = client.uploader(path, metadata=metadata, chunk_size=chunk, upload_checksum=True)
    uploader.upload()
elif mode == "async":
    uploader = client.async_uploader(path, metadata=metadata, chunk_size=chunk)
    asyncio.run(uploader.upload())
elif mode == "resume":
    storage = FileStorage(path + ".urls")
    options = dict(metadata=metadata, chunk_size=chunk, store_url=True, url_storage=storage)
    first = client.uploader(path, **options)
    first.upload(stop_at=2 * chunk)
    uploader = TusClient(endpoint).uploader(path, **options)
    assert uploader.url == first.url, "the URL was not found again"
    assert uploader.offset == 2 * chunk, f"the server tells {uploader.offset}"
    uploader.upload()
else:
    sys.exit(f"unknown mode {mode}")

assert uploader.offset == os.path.getsize(path), f"ended at {uploader.offset}"
print(uploader.url)
