"""An idempotent producer of Debian's librdkafka that goes on into a topic that was deleted and made again:
confluent_python_recreated.py BOOTSTRAP TOPIC. Prints what became of it, a JSON value a step."""
import sys

from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from records import print_line

RECORDS = 100


def settle(futures):
    for future in futures.values():
        future.result(20)


def send(producer, topic):
    offsets = []
    errors = []

    def on_delivery(error, message):
        if error is None:
            offsets.append(message.offset())
        else:
            errors.append(error.name())

    fatal = None
    try:
        for number in range(RECORDS):
            producer.produce(topic, value=b"%d" % number, on_delivery=on_delivery)
            producer.poll(0)
        producer.flush(20)
    except KafkaException as exception:
        fatal = exception.args[0].name() if exception.args[0].fatal() else str(exception)
    print_line({"offsets": offsets, "errors": errors, "fatal": fatal})


def main(bootstrap, topic):
    def producer():
        return Producer({
            "bootstrap.servers": bootstrap, "enable.idempotence": True, "linger.ms": 5, "log_level": 0,
            "message.timeout.ms": 15000})

    admin = AdminClient({"bootstrap.servers": bootstrap})
    settle(admin.create_topics([NewTopic(topic, 1, 1)]))
    first = producer()
    send(first, topic)
    settle(admin.delete_topics([topic]))
    settle(admin.create_topics([NewTopic(topic, 1, 1)]))
    send(first, topic)
    send(producer(), topic)


main(*sys.argv[1:])
