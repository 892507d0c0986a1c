"""Uploads a file that the server refuses, and fails when the client reports success, the first time or when it asks again.

use_refused.py CLIENT ENDPOINT FILE COLLECTION

CLIENT: tuspy, tuspy-retries, aiotus, resumable-upload.
"""

import asyncio
import logging
import sys

client, endpoint, path, collection = sys.argv[1:]
metadata = {"filename": "f", "collection": collection}


def tuspy(retries):
    from tusclient.client import TusClient

    first = TusClient(endpoint).uploader(path, metadata=metadata, chunk_size=1000, retries=retries, retry_delay=0)
    error = failure(first.upload)
    if first.url:
        print("asked again:", failure(lambda: TusClient(endpoint).uploader(path, url=first.url, chunk_size=1000).upload()))
    return error


def aiotus():
    import aiotus as library

    logging.disable(logging.CRITICAL)
    once = library.RetryConfiguration(max_retry_period_seconds=0.1)
    encoded = {key: value.encode() for key, value in metadata.items()}
    with open(path, "rb") as file:
        url = asyncio.run(library.upload(endpoint, file, encoded, config=once))
    if url is None:
        return "aiotus gave up"
    sys.exit(f"aiotus reported success: {url}")


def resumable_upload():
    from resumable_upload import TusClient

    options = dict(chunk_size=1000, max_retries=1, retry_delay=0.1)
    return failure(lambda: TusClient(endpoint, **options).upload_file(path, metadata=metadata))


def failure(action):
    try:
        result = action()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    sys.exit(f"the client reported success: {result}")


run = {
    "tuspy": lambda: tuspy(0),
    "tuspy-retries": lambda: tuspy(2),
    "aiotus": aiotus,
    "resumable-upload": resumable_upload,
}[client]
print("refused:", run())
