#!/usr/bin/env bash
# Uploads a file with tus 1.0 and nothing but curl, over a line that breaks again and again; prints the upload's URL.
#
#   curl-tus.sh ENDPOINT FILE COLLECTION NAME
set -euo pipefail
endpoint=$1 file=$2 collection=$3 name=$4
size=$(stat -c %s "$file")
tus='Tus-Resumable: 1.0.0'

# The value of a field of the head on standard input.
field() { tr -d '\r' | sed -n "s/^$1: //Ip" | tail -n 1; }
coded() { printf %s "$1" | base64 -w 0; }

url=$(curl --silent --show-error --fail --request POST --head --header "$tus" --header "Upload-Length: $size" \
    --header "Upload-Metadata: filename $(coded "$(basename "$file")"),collection $(coded "$collection"),name $(coded "$name")" \
    "$endpoint" | field location)

offset=0 breaks=0
while [ "$offset" -lt "$size" ]; do
    # The first attempts are cut off after half a second on a slow line; the last one may take its time.
    limits=(--limit-rate 1M --max-time 0.5)
    [ "$breaks" -lt 2 ] || limits=()
    tail --bytes=+$((offset + 1)) "$file" |
        curl --silent --output /dev/null --request PATCH --header "$tus" --header "Upload-Offset: $offset" \
            --header 'Content-Type: application/offset+octet-stream' --upload-file - "${limits[@]}" "$url" || true
    breaks=$((breaks + 1))
    [ "$breaks" -le 10 ] || { echo "no end after $breaks attempts, at $offset of $size" >&2; exit 1; }
    offset=$(curl --silent --show-error --fail --head --header "$tus" "$url" | field upload-offset)
done
[ "$breaks" -gt 1 ] || { echo "the line never broke" >&2; exit 1; }
echo "$url"
