# SPDX-License-Identifier: Apache-2.0
"""Workflows of three steps with the Python package `dbos`, for `./dev bench sagas`.

Reads one order, a JSON object: database, callers, seconds. Callers are threads, in a few processes, one a processor,
because the threads of one interpreter take turns. Each caller runs a workflow, waits for its result, and runs the next
one. Answers with workflows per second, and the time of each.
"""

import json
import multiprocessing
import os
import sys
import threading
import time

from dbos import DBOS

PROCESSES_MAX = os.cpu_count()
forked = multiprocessing.get_context("spawn")


@DBOS.step()
def reserve():
    return "reserved"


@DBOS.step()
def process():
    return "processed"


@DBOS.step()
def report():
    return "reported"


@DBOS.workflow()
def three_steps():
    reserve()
    process()
    report()


def url_of(database):
    password = os.environ.get("PGPASSWORD", "")
    user = os.environ["PGUSER"] + (":" + password if password else "")
    return f"postgresql://{user}@{os.environ['PGHOST']}:{os.environ['PGPORT']}/{database}"


def launch(database, number):
    DBOS(config={
        "name": "bench",
        "system_database_url": url_of(database),
        "sys_db_pool_size": 64,
        "log_level": "ERROR",
        "executor_id": f"process-{number}",
        "run_admin_server": False,
    })
    DBOS.launch()


def run(database, number, callers, seconds, ready, answers):
    launch(database, number)
    three_steps()
    ready.wait()
    until = time.monotonic() + seconds
    latencies = []

    def call():
        own = []
        while time.monotonic() < until:
            begin = time.monotonic()
            three_steps()
            own.append((time.monotonic() - begin) * 1000)
        latencies.extend(own)

    threads = [threading.Thread(target=call) for _ in range(callers)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    answers.put(latencies)
    DBOS.destroy()


def prepare(database):
    launch(database, 0)
    three_steps()
    DBOS.destroy()


def measure(database, callers, seconds):
    first = forked.Process(target=prepare, args=(database,))     # makes the tables
    first.start()
    first.join()
    count = min(PROCESSES_MAX, callers)
    ready, answers = forked.Barrier(count), forked.Queue()
    shares = [callers // count + (number < callers % count) for number in range(count)]
    processes = [forked.Process(target=run, args=(database, number, share, seconds, ready, answers))
                 for number, share in enumerate(shares)]
    for one in processes:
        one.start()
    latencies = [time_ms for _ in processes for time_ms in answers.get()]
    for one in processes:
        one.join()
    return {"events_per_s": len(latencies) / seconds, "latencies_ms": latencies}


if __name__ == "__main__":
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(measure(order["database"], order["callers"], order["seconds"])), flush=True)
