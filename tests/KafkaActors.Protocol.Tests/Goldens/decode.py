"""Decodes one base64 batch a line from standard input with kafka-python, and prints its records as a line of JSON."""
import base64
import json
import sys

from kafka.record.default_records import DefaultRecordBatch


def b64(data):
    return None if data is None else base64.b64encode(data).decode("ascii")


def main():
    for line in sys.stdin:
        batch = DefaultRecordBatch(base64.b64decode(line))
        crc_valid = batch.validate_crc()
        print(json.dumps({
            "crcValid": crc_valid,
            "codec": batch.compression_type,
            "records": [{
                "offset": r.offset, "timestamp": r.timestamp, "key": b64(r.key), "value": b64(r.value),
                "headers": [{"key": k, "value": b64(v)} for k, v in r.headers]} for r in batch]}), flush=True)


if __name__ == "__main__":
    sys.exit(main())
