"""Uploads a file with the package resumable-upload and prints the upload's URL.

use_resumable_upload.py MODE ENDPOINT FILE NAME

MODE: plain, sha256 (a checksum for each chunk), override (POST instead of PATCH), parallel (four parts, put together by the
server), resume (half of it, then a new client), delete (uploads a part, then takes it back; prints the URL that is gone).
"""

import os
import sys

from resumable_upload import TusClient

mode, endpoint, path, name = sys.argv[1:]
metadata = {"filename": os.path.basename(path), "collection": "documents", "name": name}
chunk = 250_000
options = {"plain": {}, "sha256": {"checksum": "sha256"}, "override": {"override_patch_method": True}}.get(mode, {})
client = TusClient(endpoint, chunk_size=chunk, add_request_id=True, **options)
info = client.get_server_info()
assert "concatenation" in info["extensions"], info

if mode == "parallel":
    url = client.upload_file(path, metadata=metadata, parallel_uploads=4)
elif mode in ("resume", "delete"):
    url = client.upload_file(path, metadata=metadata, stop_at=2 * chunk)
    assert client.get_upload_info(url)["offset"] == 2 * chunk, client.get_upload_info(url)
    if mode == "resume":
        TusClient(endpoint, chunk_size=chunk).resume_upload(path, url)
    else:
        client.delete_upload(url)
else:
    url = client.upload_file(path, metadata=metadata)

if mode != "delete":
    assert client.get_upload_info(url)["complete"], client.get_upload_info(url)
print(url)
