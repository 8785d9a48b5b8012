"""
A member of a group with confluent-kafka for Python: confluent_python_member.py BOOTSTRAP TOPIC GROUP NAME
Prints what happens to it, a line each, commits what it has read now and then, and leaves on SIGTERM.
"""
import signal
import sys

from confluent_kafka import Consumer, KafkaException

from records import print_line

COMMIT_EVERY = 100

bootstrap, topic, group, name = sys.argv[1:]
stopping = []
signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))


def on_assign(_, partitions):
    print_line({"event": "assigned", "partitions": [each.partition for each in partitions]})


def on_revoke(_, partitions):
    commit()
    print_line({"event": "revoked", "partitions": [each.partition for each in partitions]})


def commit():
    global read
    if read > 0:
        committed = consumer.commit(asynchronous=False)
        for each in (partition for partition in committed if partition.offset >= 0):
            print_line({"event": "committed", "partition": each.partition, "offset": each.offset})
    read = 0


consumer = Consumer({
    "bootstrap.servers": bootstrap,
    "client.id": name,
    "group.id": group,
    "session.timeout.ms": 6000,
    "heartbeat.interval.ms": 500,
    "auto.offset.reset": "earliest",
    "enable.auto.commit": False,
})
read = 0
consumer.subscribe([topic], on_assign=on_assign, on_revoke=on_revoke)
while not stopping:
    message = consumer.poll(0.2)
    if message is None:
        commit()
        continue
    if message.error() is not None:
        raise KafkaException(message.error())
    print_line({
        "event": "record", "partition": message.partition(), "offset": message.offset(),
        "value": message.value().decode()})
    read += 1
    if read == COMMIT_EVERY:
        commit()
consumer.close()
