"""Uploads a file that the server refuses, and fails when the client reports success, the first time or when it asks again.

use_refused.py CLIENT ENDPOINT FILE COLLECTION

CLIENT: tuspy, tuspy-retries, aiotus, resumable-upload; tuspy-deleted and resumable-upload-deleted, whose upload somebody takes back
while they send it, and which the server therefore refuses whatever the file is.
"""

import asyncio
import logging
import sys
import urllib.request

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


def delete(url):
    request = urllib.request.Request(url, method="DELETE", headers={"Tus-Resumable": "1.0.0"})
    assert urllib.request.urlopen(request).status == 204


def tuspy_deleted():
    from tusclient.client import TusClient

    uploader = TusClient(endpoint).uploader(path, metadata=metadata, chunk_size=1000)
    uploader.upload_chunk()
    delete(uploader.url)
    return failure(uploader.upload)


def resumable_upload_deleted():
    from resumable_upload import TusClient

    options = dict(chunk_size=1000, max_retries=1, retry_delay=0.1)
    url = TusClient(endpoint, **options).upload_file(path, metadata=metadata, stop_at=2000)
    delete(url)
    return failure(lambda: TusClient(endpoint, **options).resume_upload(path, url))


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
    "tuspy-deleted": tuspy_deleted,
    "resumable-upload-deleted": resumable_upload_deleted,
}[client]
print("refused:", run())
