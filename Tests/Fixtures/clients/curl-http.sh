#!/usr/bin/env bash
# Uploads a file with "Resumable Uploads for HTTP" (interop version 8) and nothing but curl, over a line that breaks again and
# again; prints the answer of the request that completed it.
#
#   curl-http.sh 'ENDPOINT?collection=documents&name=NAME' FILE
set -euo pipefail
endpoint=$1 file=$2
size=$(stat -c %s "$file")
version='Upload-Draft-Interop-Version: 8'

# The value of a field of the heads on standard input, interim ones included.
field() { tr -d '\r' | sed -n "s/^$1: //Ip" | tail -n 1; }

# A careful creation: no byte yet, only the address.
url=$(curl --silent --show-error --fail --dump-header - --output /dev/null --request POST --header "$version" \
    --header 'Upload-Complete: ?0' --header "Upload-Length: $size" --header 'Content-Length: 0' "$endpoint" | field location)

offset=0 breaks=0
while true; do
    limits=(--limit-rate 1M --max-time 0.5)
    [ "$breaks" -lt 2 ] || limits=()
    if answer=$(tail --bytes=+$((offset + 1)) "$file" |
        curl --silent --fail-with-body --request PATCH --header "$version" --header 'Upload-Complete: ?1' \
            --header "Upload-Offset: $offset" --header 'Content-Type: application/partial-upload' \
            --upload-file - "${limits[@]}" "$url"); then
        break
    fi
    breaks=$((breaks + 1))
    [ "$breaks" -le 10 ] || { echo "no end after $breaks attempts, at $offset of $size: $answer" >&2; exit 1; }
    offset=$(curl --silent --show-error --fail --head --header "$version" "$url" | field upload-offset)
done
[ "$breaks" -gt 1 ] || { echo "the line never broke" >&2; exit 1; }
echo "$answer"
