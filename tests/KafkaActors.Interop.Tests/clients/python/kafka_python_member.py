"""
A member of a group with kafka-python: kafka_python_member.py BOOTSTRAP TOPIC GROUP NAME
Prints what happens to it, a line each, commits after each poll, and leaves on SIGTERM.
"""
import signal
import sys

from kafka import ConsumerRebalanceListener, KafkaConsumer

from records import print_line

bootstrap, topic, group, name = sys.argv[1:]
stopping = []
signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))


class Listener(ConsumerRebalanceListener):
    def on_partitions_assigned(self, assigned):
        print_line({"event": "assigned", "partitions": [each.partition for each in assigned]})

    def on_partitions_revoked(self, revoked):
        print_line({"event": "revoked", "partitions": [each.partition for each in revoked]})


consumer = KafkaConsumer(
    bootstrap_servers=bootstrap,
    client_id=name,
    group_id=group,
    session_timeout_ms=6000,
    heartbeat_interval_ms=500,
    auto_offset_reset="earliest",
    enable_auto_commit=False,
    fetch_max_wait_ms=200)
consumer.subscribe([topic], listener=Listener())
while not stopping:
    polled = consumer.poll(timeout_ms=200)
    for records in polled.values():
        for record in records:
            print_line({
                "event": "record", "partition": record.partition, "offset": record.offset,
                "value": record.value.decode()})
    if polled:
        consumer.commit()
        for partition, records in polled.items():
            print_line({
                "event": "committed", "partition": partition.partition, "offset": records[-1].offset + 1})
consumer.close()
