#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The laboratory's sequencing service: a participant of sagas with nothing but a Kafka client.

    sequencing_service.py --kafka HOST:PORT --database FILE [--topic saga.sequencing.requests]

Each request is done once, however often it comes: what was done is noted under its step, in the same transaction
(here SQLite's) as its effects. docs/guide/saga-participants.md has the formats.
"""
import argparse
import datetime
import json
import os
import signal
import sqlite3

from confluent_kafka import Consumer, KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

REPLY_HEADERS = ("annals-saga-type", "annals-saga-id", "annals-step", "annals-action", "annals-direction",
                 "annals-attempt", "idempotency-key")
TABLES = """
    create table if not exists jobs (sample text primary key, machine text not null);
    create table if not exists saga_deeds (
        saga_type text, saga_id text, step text, done text, undone text, refusal text, refused int not null default 0,
        primary key (saga_type, saga_id, step));
"""


class Refused(Exception):
    """It never will be done, and nothing was done."""


def schedule_sequencing(db, request):
    context = request["context"]
    sample = context.get("barcode") or request["saga_id"]
    if context.get("sample_type") == "unknown":
        raise Refused("no machine takes samples of this type")
    db.execute("insert into jobs values (?, ?)", (sample, "sequencer 1"))
    return {"job": "J-" + sample, "machine": "sequencer 1"}


def cancel_job(db, request):
    sample = request["context"].get("barcode") or request["saga_id"]
    db.execute("delete from jobs where sample = ?", (sample,))


ACTIONS = {"schedule_sequencing": schedule_sequencing, "cancel_job": cancel_job}


def is_late(request):
    deadline = datetime.datetime.fromisoformat(request["annals-deadline"].replace("Z", "+00:00"))
    return datetime.datetime.now(datetime.timezone.utc) >= deadline


def answer(db, request):
    """The outcome and its JSON, or None when the deadline came first."""
    step = (request["annals-saga-type"], request["annals-saga-id"], request["annals-step"])
    attempt, is_undo = int(request["annals-attempt"]), request["annals-direction"] == "backward"
    act = ACTIONS.get(request["annals-action"])
    if act is None:
        return "try_again", {"error": "this service has no action " + request["annals-action"]}
    db.execute("begin immediate")
    try:
        db.execute("insert or ignore into saga_deeds (saga_type, saga_id, step) values (?, ?, ?)", step)
        where = " where saga_type = ? and saga_id = ? and step = ?"
        done, undone, refusal, refused = db.execute(
            "select done, undone, refusal, refused from saga_deeds" + where, step).fetchone()
        if is_undo and undone is not None:
            return "done", json.loads(undone)
        if not is_undo and done is not None:
            return "done", json.loads(done)
        if not is_undo and undone is not None:
            return "failed", {"error": "it was undone before it was asked for"}
        if not is_undo and attempt <= refused:
            return "failed", {"error": refusal}
        if is_late(request):
            return None
        db.execute("savepoint deed")
        try:
            result = act(db, request) if not is_undo or done is not None else None   # else: nothing to undo
        except Refused as why:
            db.execute("rollback to deed")
            db.execute("update saga_deeds set refusal = ?, refused = ?" + where, (str(why), attempt, *step))
            db.execute("commit")
            return "failed", {"error": str(why)}
        column = "undone" if is_undo else "done"
        db.execute("update saga_deeds set " + column + " = ?" + where, (json.dumps(result), *step))
        db.execute("commit")
        return "done", result
    except sqlite3.Error as problem:                       # rolled back below, so nothing was done
        return "try_again", {"error": str(problem)}
    finally:
        if db.in_transaction:
            db.execute("rollback")


def read(message):
    request = {name: value.decode() for name, value in message.headers() or []}
    body = json.loads(message.value())
    request["context"], request["results"] = body.get("context", {}), body.get("results", {})
    request["saga_id"] = request["annals-saga-id"]
    return request


def create_topic(kafka, topic):
    admin = AdminClient(kafka)
    for creating in admin.create_topics([NewTopic(topic, 8, -1)]).values():
        try:
            creating.result()
        except KafkaException as problem:
            if problem.args[0].name() != "TOPIC_ALREADY_EXISTS":
                raise


def serve(arguments, has_ended):
    db = sqlite3.connect(arguments.database, isolation_level=None)    # transactions are begun by hand
    db.executescript(TABLES)
    kafka = {"bootstrap.servers": arguments.kafka}
    create_topic(kafka, arguments.topic)
    producer = Producer({**kafka, "enable.idempotence": True, "linger.ms": 1})
    consumer = Consumer({**kafka, "group.id": arguments.topic, "auto.offset.reset": "earliest",
                         "enable.auto.commit": False, "session.timeout.ms": 6000})
    consumer.subscribe([arguments.topic])
    print("running", flush=True)
    while not has_ended():
        messages = [one for one in consumer.consume(100, 0.1) if not one.error()]
        for message in messages:
            try:
                request = read(message)
                how = answer(db, request)
            except (KeyError, ValueError) as problem:
                print("a request cannot be read:", repr(problem), flush=True)
                continue
            if how is None:
                continue
            outcome, value = how
            headers = [(name, request[name]) for name in REPLY_HEADERS] + [("annals-outcome", outcome)]
            producer.produce(request["annals-reply-topic"], key=message.key(), value=json.dumps(value),
                             headers=headers)
        if messages and producer.flush(30) == 0:           # the replies are in their topic: these need not come again
            consumer.commit(asynchronous=True)
    consumer.close()


def main():
    parser = argparse.ArgumentParser(description="the laboratory's sequencing service")
    parser.add_argument("--kafka", default=os.environ.get("ANNALS_KAFKA_BOOTSTRAP_SERVERS", "localhost:9092"))
    parser.add_argument("--database", default="sequencing.db")
    parser.add_argument("--topic", default="saga.sequencing.requests")
    ended = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.append(True))
    serve(parser.parse_args(), lambda: bool(ended))


if __name__ == "__main__":
    main()
