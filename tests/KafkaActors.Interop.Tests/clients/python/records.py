"""Records as lines of JSON, bytes in base64: what the tests and the clients' programs exchange."""
import base64
import itertools
import json
import sys


def decode(text):
    return None if text is None else base64.b64decode(text)


def encode(data):
    return None if data is None else base64.b64encode(data).decode("ascii")


def print_line(value):
    print(json.dumps(value, ensure_ascii=False), flush=True)


def read_by_codec():
    """The records of standard input in their order: (codec, records) for each run of one codec."""
    records = (json.loads(line) for line in sys.stdin)
    return itertools.groupby(records, key=lambda record: record["codec"])


def headers_of(record):
    return [(header["key"], decode(header["value"])) for header in record["headers"]]


def print_record(partition, offset, timestamp, key, value, headers):
    print_line({
        "partition": partition,
        "offset": offset,
        "timestamp": timestamp,
        "key": encode(key),
        "value": encode(value),
        "headers": [{"key": name, "value": encode(data)} for name, data in headers],
    })
