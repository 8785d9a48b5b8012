"""kafka-python 2.0: kafka_python.py produce|consume BOOTSTRAP TOPIC"""
import sys

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from records import decode, headers_of, print_line, print_record, read_by_codec


def produce(bootstrap, topic):
    for codec, records in read_by_codec():
        producer = KafkaProducer(
            bootstrap_servers=bootstrap,
            compression_type=None if codec == "none" else codec,
            acks="all",
            linger_ms=50)
        sent = [
            producer.send(
                topic,
                value=decode(record["value"]),
                key=decode(record["key"]),
                headers=headers_of(record),
                partition=record["partition"],
                timestamp_ms=record["timestamp"])
            for record in records]
        for future in sent:
            stored = future.get(timeout=20)
            print_line({"partition": stored.partition, "offset": stored.offset})
        producer.close()


def consume(bootstrap, topic):
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, consumer_timeout_ms=20000)
    partitions = [TopicPartition(topic, partition) for partition in consumer.partitions_for_topic(topic)]
    consumer.assign(partitions)
    consumer.seek_to_beginning(*partitions)
    ends = consumer.end_offsets(partitions)
    while any(consumer.position(partition) < end for partition, end in ends.items()):
        record = next(consumer)
        print_record(
            record.partition, record.offset, record.timestamp, record.key, record.value, record.headers)
    consumer.close()


{"produce": produce, "consume": consume}[sys.argv[1]](*sys.argv[2:])
