#!/usr/bin/env bash
# SET enable_seqscan = off on a function makes PostgreSQL compile its statements, and a lookup in an empty table takes a second.
#
# One would guess: enable_seqscan = off, as SET clause of a function, only makes the planner prefer an index, and costs nothing where there is
# no index that it could prefer.
#
# What happens: a sequential scan that cannot be avoided is planned all the same, with a penalty of 1e10 on its estimated cost. That is
# beyond jit_above_cost and jit_optimize_above_cost, so each call has LLVM compile and optimize the statement, for tables without a
# row. EXPLAIN of the statement outside of the function shows nothing of it. (PostgreSQL 18 counts disabled nodes instead of cost.)
#
# Why it matters: queues and outboxes read by such functions, often, with few rows, answer in seconds on a busy machine; the processor
# time is in the server, and the plan looks perfect.
#
# Seen: PostgreSQL 15.18 (Debian's postgresql-15 with its llvmjit.so), 2026-11-30: a median of 2 ms with jit off and of 103 ms with jit on, on
# a machine with other work.
set -euo pipefail

folder=$(mktemp -d)
chmod 755 "$folder"
library=$(find /usr/lib/postgresql -name llvmjit.so 2>/dev/null | sort -V | head -n 1)
if [ -z "$library" ]; then
    apt-get install -y -q --no-install-recommends postgresql-15 >/dev/null
    library=/usr/lib/postgresql/15/lib/llvmjit.so
fi
programs=${library%/lib/llvmjit.so}/bin
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
sql -c 'CREATE TABLE waiting (id bigint)' -c "
    CREATE FUNCTION look() RETURNS bigint LANGUAGE plpgsql SET enable_seqscan = off AS
    \$\$ BEGIN RETURN (SELECT count(*) FROM waiting w JOIN waiting v USING (id) WHERE w.id > 0); END \$\$"

cat >"$folder/look.sql" <<'SQL'
SELECT clock_timestamp() AS began \gset
SELECT look() \gset
SELECT (extract(epoch FROM clock_timestamp() - :'began') * 1000000)::bigint;
SQL
chmod 644 "$folder/look.sql"
# The median of nine calls, each on a connection of its own, in microseconds.
median() {
    for _ in 1 2 3 4 5 6 7 8 9; do sql -c "SET jit = $1" -f "$folder/look.sql"; done | sort -n | sed -n 5p
}
without=$(median off)
with=$(median on)
echo "a lookup in an empty table: $without us with jit off, $with us with jit on"
[ "$with" -gt $((without * 10)) ] || { echo "this has changed"; exit 1; }
