#!/usr/bin/env bash
# A table of a single row is taken for hundreds of rows, and a page of a log that begins at it is read by scanning the whole log.
#
# One would guess: a join "log.position > page.first AND log.position <= page.last AND log.links @> ...", where page comes from a table with one row,
# reads the primary key's index between both ends and filters the few rows that it finds; another condition can only make it cheaper.
#
# What happens: a table that is too small for autovacuum's thresholds is never analyzed, so its rows are guessed from pages that it might have: many
# hundreds. For so many pages one scan of the log by the rare condition (@> on jsonb), kept in memory and joined to all ranges, looks cheaper than
# index scans. It is read whole, for the last page, too. As a subquery that mentions the ends itself and is fenced by OFFSET 0, the index is used;
# after ANALYZE of the small table as well, until a restore or a new database has none again.
#
# Why it matters: readers of an outbox or an event log that filter by a jsonb column page through it by position; a page costs as much as the log is
# long (milliseconds with ten thousand rows, the statement timeout with ten million), and tests with small tables see nothing.
#
# Seen: PostgreSQL 15.18 (Debian's postgresql-15), 2026-11-30.
set -euo pipefail

folder=$(mktemp -d)
chmod 755 "$folder"
programs=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1 | xargs -r dirname)
if [ -z "$programs" ]; then
    apt-get install -y -q --no-install-recommends postgresql-15 >/dev/null
    programs=/usr/lib/postgresql/15/bin
fi
# PostgreSQL refuses to be root.
user=()
if [ "$(id -u)" = 0 ]; then
    user=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
    chown nobody "$folder"
fi
run() { (cd / && "${user[@]}" "$programs/$1" "${@:2}"); }
trap 'run pg_ctl -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
run initdb -D "$folder/data" -U tester --auth=trust >/dev/null
run pg_ctl -D "$folder/data" -w -l "$folder/log" -o "-c listen_addresses= -c unix_socket_directories=$folder" start >/dev/null
sql() { run psql -X -q -A -t -v ON_ERROR_STOP=1 -h "$folder" -U tester -d postgres "$@"; }
sql -c 'SELECT version()'
sql -c 'CREATE TABLE log (position bigint PRIMARY KEY, links jsonb)' -c 'CREATE TABLE head (position bigint)' -c 'INSERT INTO head VALUES (300000)' -c "
    INSERT INTO log SELECT n, CASE WHEN n % 10 = 0 THEN jsonb_build_array(jsonb_build_object('entity', 'order', 'id', n)) END
    FROM generate_series(1, 300000) n" -c 'ANALYZE log'

page="WITH page AS MATERIALIZED (SELECT position - 1000 AS first, position AS last FROM head)"
wanted="links @> '[{\"entity\": \"order\", \"id\": 7}]'"
# How many rows of the log a statement looked at.
rows() {
    sql -c "EXPLAIN (ANALYZE, FORMAT JSON) $page $1" | python3 -c '
import json, sys
def walk(node):
    if node.get("Relation Name") == "log" and node.get("Alias") == "l":
        yield (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"], node["Node Type"]
    for child in node.get("Plans", []):
        yield from walk(child)
for count, kind in walk(json.load(sys.stdin)[0]["Plan"]):
    print(int(count), kind)'
}
filtered=$(rows "SELECT * FROM page LEFT JOIN log l ON l.position > page.first AND l.position <= page.last AND $wanted")
fenced=$(rows "SELECT * FROM page LEFT JOIN LATERAL (SELECT * FROM log l WHERE l.position > page.first AND l.position <= page.last
    AND $wanted ORDER BY l.position OFFSET 0) AS found ON true")
sql -c 'ANALYZE head'
analyzed=$(rows "SELECT * FROM page LEFT JOIN log l ON l.position > page.first AND l.position <= page.last AND $wanted")
echo "the last 1000 of 300000 rows, with a filter on jsonb: $filtered"
echo "with the same filter behind OFFSET 0:                 $fenced"
echo "after ANALYZE of the table with one row:              $analyzed"
[ "${filtered%% *}" -eq 300000 ] && [ "${fenced%% *}" -le 1000 ] && [ "${analyzed%% *}" -le 1000 ] || { echo "this has changed"; exit 1; }
