# SPDX-License-Identifier: Apache-2.0
"""The Python package `eventsourcing` in the workloads of `./dev bench peers`.

Reads orders, one JSON object a line, and answers each with one; ends with its input. Callers are threads, in a few
processes, one a processor, because the threads of one interpreter take turns. Each process has a recorder of its own, as the package's
factory makes it, with a connection for each thread.
"""

import itertools
import json
import multiprocessing
import os
import random
import sys
import threading
import time
from uuid import UUID, uuid4

from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.postgres import PostgresFactory
from eventsourcing.utils import Environment

PROCESSES_MAX = os.cpu_count()
EVENTS_PER_STREAM = 100
PAGE_EVENTS = 1000
forked = multiprocessing.get_context("fork")


def payload(number):
    text = (
        f'{{"sample_id":"S-{number}","barcode":"SAM-20261121-0042","sample_type":"blood",'
        '"patient_id":"P-1204","submitter_id":"U-17","lab_id":"L-3","priority":"normal","note":"'
    )
    return (text.ljust(298, "x") + '"}').encode()


def open_recorder(database, category, connections=1, create=False):
    """The recorder of an application that is named like the category, with a table of its own."""
    environment = Environment(category, {
        "POSTGRES_DBNAME": database,
        "POSTGRES_HOST": os.environ["PGHOST"],
        "POSTGRES_PORT": os.environ["PGPORT"],
        "POSTGRES_USER": os.environ["PGUSER"],
        "POSTGRES_PASSWORD": os.environ.get("PGPASSWORD", ""),
        "POSTGRES_POOL_SIZE": str(connections),
        "POSTGRES_MAX_OVERFLOW": "0",
        "CREATE_TABLE": "yes" if create else "no",
    })
    return PostgresFactory(environment).application_recorder()


def appending(recorder, order, _):
    streams = itertools.cycle([[uuid4(), 0] for _ in range(1000)])
    numbers = itertools.count()

    def call():
        stream = next(streams)
        first = stream[1] + 1
        stream[1] += order["events"]
        recorder.insert_events([
            StoredEvent(stream[0], version, "sample.created", payload(next(numbers)))
            for version in range(first, stream[1] + 1)
        ])
        return order["events"]

    return call


def contending(recorder, order, _):
    hot, seen = UUID(order["stream"]), 0

    def call():
        nonlocal seen
        while True:
            try:
                recorder.insert_events([StoredEvent(hot, seen + 1, "sample.created", payload(1))])
                seen += 1
                return 1
            except IntegrityError:
                for news in recorder.select_events(hot, gt=seen):
                    seen = news.originator_version

    return call


def loading(recorder, order, caller):
    chance = random.Random(caller)

    def call():
        events = recorder.select_events(UUID(int=chance.randint(1, order["streams"])))
        assert len(events) == EVENTS_PER_STREAM, f"a stream of 100 events was loaded with {len(events)}"
        return len(events)

    return call


def run_thread(work, recorder, order, caller, ready, results):
    call = work(recorder, order, caller)
    recorder.max_notification_id()
    ready.wait()
    events, latencies_ms = 0, []
    begin = before = time.monotonic()
    while before < begin + order["seconds"]:
        events += call()
        now = time.monotonic()
        latencies_ms.append((now - before) * 1000)
        before = now
    results.append((events, begin, before, latencies_ms))


def run_process(work, order, callers, ready, pipe):
    try:
        recorder = open_recorder(order["database"], order["category"], len(callers))
        results = []
        threads = [
            threading.Thread(target=run_thread, args=(work, recorder, order, caller, ready, results))
            for caller in callers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        pipe.send(results)
    finally:
        pipe.close()


def run_callers(work, order):
    processes = min(order["callers"], PROCESSES_MAX)
    ready = forked.Barrier(order["callers"], timeout=60)
    pipes = []
    for n in range(processes):
        mine, theirs = forked.Pipe(duplex=False)
        callers = range(n, order["callers"], processes)
        forked.Process(target=run_process, args=(work, order, callers, ready, theirs), daemon=True).start()
        theirs.close()
        pipes.append(mine)
    results = [result for pipe in pipes for result in pipe.recv()]
    if len(results) != order["callers"]:
        raise RuntimeError("a caller failed; what it said is above")
    took = max(end for _, _, end, _ in results) - min(begin for _, begin, _, _ in results)
    return {
        "events_per_s": sum(events for events, _, _, _ in results) / took,
        "latencies_ms": [latency for *_, latencies_ms in results for latency in latencies_ms],
    }


def prepare(order):
    recorder = open_recorder(order["database"], order["category"], create=True)
    with recorder.datastore.transaction(commit=True) as cursor:
        cursor.execute(
            f"insert into {recorder.events_table_name} (originator_id, originator_version, topic, state)"
            " select lpad(to_hex(n), 32, '0')::uuid, version, 'sample.created', %s"
            " from generate_series(1, %s) version cross join generate_series(1, %s) n",
            (payload(1), EVENTS_PER_STREAM, order["streams"]),
        )
    with recorder.datastore.cursor() as cursor:
        cursor.execute(f"vacuum (analyze) {recorder.events_table_name}")


def read_all(order):
    recorder = open_recorder(order["database"], order["category"])
    begin, events, start = time.monotonic(), 0, 1
    while page := recorder.select_notifications(start, PAGE_EVENTS):
        events += len(page)
        start = page[-1].id + 1
    assert events == order["streams"] * EVENTS_PER_STREAM, f"a reader found {events} events"
    return {"events_per_s": events / (time.monotonic() - begin), "latencies_ms": []}


def apart(act, order, pipe):
    pipe.send(act(order))
    pipe.close()


def run_apart(act, order):
    """In a process of its own, so that this one stays without threads and can be forked."""
    mine, theirs = forked.Pipe(duplex=False)
    forked.Process(target=apart, args=(act, order, theirs), daemon=True).start()
    theirs.close()
    return mine.recv()


def obey(order):
    match order["do"]:
        case "append":
            return run_callers(appending, order)
        case "contend":
            return run_callers(contending, {**order, "stream": str(uuid4())})
        case "load":
            return run_callers(loading, order)
        case "prepare":
            return run_apart(prepare, order)
        case "read":
            return run_apart(read_all, order)


for line in sys.stdin:
    print(json.dumps(obey(json.loads(line))), flush=True)
