"""confluent-kafka for Python over Debian's librdkafka: confluent_python.py produce|consume BOOTSTRAP TOPIC"""
import sys

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Producer, TopicPartition

from records import decode, headers_of, print_line, print_record, read_by_codec


def produce(bootstrap, topic):
    for codec, records in read_by_codec():
        producer = Producer({
            "bootstrap.servers": bootstrap,
            "compression.type": codec,
            "partitioner": "murmur2_random",
            "enable.idempotence": True,
            "linger.ms": 50,
        })
        stored = []
        for record in records:
            place = len(stored)
            stored.append(None)
            producer.produce(
                topic,
                value=decode(record["value"]),
                key=decode(record["key"]),
                headers=headers_of(record),
                timestamp=record["timestamp"],
                on_delivery=lambda error, message, place=place: stored.__setitem__(place, (error, message)),
                **({} if record["partition"] is None else {"partition": record["partition"]}))
            producer.poll(0)
        producer.flush(20)
        for error, message in stored:
            if error is not None:
                raise KafkaException(error)
            print_line({"partition": message.partition(), "offset": message.offset()})


def consume(bootstrap, topic):
    consumer = Consumer({
        "bootstrap.servers": bootstrap,
        "group.id": "unused",
        "enable.auto.commit": False,
        "enable.partition.eof": True,
    })
    partitions = consumer.list_topics(topic, timeout=20).topics[topic].partitions
    consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in partitions])
    ended = 0
    while ended < len(partitions):
        message = consumer.poll(20)
        if message is None:
            raise TimeoutError("no record and no end within 20 s")
        if message.error() is None:
            print_record(
                message.partition(), message.offset(), message.timestamp()[1],
                message.key(), message.value(), message.headers() or [])
        elif message.error().code() == KafkaError._PARTITION_EOF:
            ended += 1
        else:
            raise KafkaException(message.error())
    consumer.close()


{"produce": produce, "consume": consume}[sys.argv[1]](*sys.argv[2:])
