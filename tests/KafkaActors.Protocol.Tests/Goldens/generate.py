"""Writes batches.json and murmur2.json with kafka-python, an implementation that is not ours. See README.md."""
import base64
import json
import os
import sys

import snappy
import zstandard
from kafka.partitioner.default import murmur2
from kafka.record import default_records
from kafka.record.default_records import DefaultRecordBatchBuilder


def zstd_stream(data):
    """As a streaming writer does it: no content size in the frame header, and a flush in the middle."""
    stream = zstandard.ZstdCompressor(write_content_size=False).compressobj()
    half = len(data) // 2
    first = stream.compress(data[:half]) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    return first + stream.compress(data[half:]) + stream.flush()


# Name -> number, and the encoder where it is not kafka-python's own. Raw snappy is what librdkafka writes.
CODECS = {
    "none": (0, None, None),
    "gzip": (1, None, None),
    "snappy": (2, None, None),
    "snappy-raw": (2, "snappy_encode", snappy.compress),
    "lz4": (3, None, None),
    "zstd": (4, None, None),
    "zstd-stream": (4, "zstd_encode", zstd_stream),
}


def b64(data):
    return None if data is None else base64.b64encode(data).decode("ascii")


def record(timestamp, key, value, headers=(), times=1):
    """One record; its value is repeated, so that a large one stays a short line here and in the JSON."""
    return {"timestamp": timestamp, "key": key, "value": value, "times": times, "headers": list(headers)}


CASES = {
    "plain": ((-1, -1, -1, False), [record(1700000000000 + i, b"key-%d" % i, b"value-%d " % i, times=5) for i in range(20)]),
    "nulls": ((-1, -1, -1, False), [
        record(1, None, None), record(2, b"", b""), record(3, None, b"value" * 20), record(4, b"key" * 30, None)]),
    "headers": ((-1, -1, -1, False), [
        record(5, b"k", b"v", [("a", b"1"), ("a", None), ("", b""), ("schl\u00fcssel-\u9375", b"\x00\xff" * 50)]),
        record(6, b"k", b"v" * 100, [("h%d" % i, b"x" * i) for i in range(70)])]),
    "producer": ((2**62 + 5, 32767, 2**31 - 3, True), [record(7, b"k", b"v" * 64) for _ in range(10)]),
    "timestamps": ((9, 0, 0, False), [
        record(t, None, b"t" * 40) for t in (2**62, 2**62 - 1, 0, 1, 2**62 + 2**40, 4102444800000)]),
    "large": ((-1, -1, -1, False), [
        record(8, b"big", b"the quick brown fox jumps over the lazy dog. ", times=4000),
        record(9, b"small", b"1")]),
}


def build(codec, producer, records):
    producer_id, epoch, sequence, transactional = producer
    number, function, encoder = CODECS[codec]
    builder = DefaultRecordBatchBuilder(
        magic=2, compression_type=number, is_transactional=transactional,
        producer_id=producer_id, producer_epoch=epoch, base_sequence=sequence, batch_size=1 << 24)
    for offset, r in enumerate(records):
        value = None if r["value"] is None else r["value"] * r["times"]
        assert builder.append(offset, r["timestamp"], r["key"], value, r["headers"]) is not None
    if function is None:
        return bytes(builder.build())
    original = getattr(default_records, function)
    setattr(default_records, function, encoder)
    try:
        return bytes(builder.build())
    finally:
        setattr(default_records, function, original)


def case(name, codec, producer, records):
    return {
        "name": name, "codec": codec, "codecNumber": CODECS[codec][0],
        "producerId": producer[0], "producerEpoch": producer[1], "baseSequence": producer[2],
        "isTransactional": producer[3],
        "records": [{
            "timestamp": r["timestamp"], "key": b64(r["key"]), "value": b64(r["value"]), "times": r["times"],
            "headers": [{"key": k, "value": b64(v)} for k, v in r["headers"]]} for r in records],
        "batch": b64(build(codec, producer, records))}


def keys():
    yield b""
    for text in ("a", "21", "foobar", "abc", "abcd", "a-little-bit-long-string", "schl\u00fcssel", "\u9375"):
        yield text.encode("utf-8")
    for length in range(1, 40):
        yield bytes((i * 37 + length * 11) % 256 for i in range(length))


def write(name, lines):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        out.write("[\n" + ",\n".join(json.dumps(line) for line in lines) + "\n]\n")


def main():
    write("batches.json", [
        case(name, codec, producer, records)
        for name, (producer, records) in CASES.items() for codec in CODECS
        if (name, codec) != ("large", "none")])
    write("murmur2.json", [{"key": b64(key), "hash": murmur2(key)} for key in keys()])


if __name__ == "__main__":
    sys.exit(main())
