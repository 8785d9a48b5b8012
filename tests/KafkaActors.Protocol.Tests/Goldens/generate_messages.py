"""Writes messages.json with kafka-python, an implementation that is not ours. See README.md.

Every request and response that it knows is encoded twice in each version: filled, with a value of its own in every
field, and bare, with nulls where they are allowed, empty arrays and no tagged fields. The values stand beside the bytes
under the protocol's names. Versions with the same bytes share a line.
"""
import importlib
import json
import os
import pkgutil
import uuid

import kafka.protocol
from kafka.protocol.api_data import ApiData
from kafka.protocol.api_message import ApiMessage

# Fields that our definitions leave out: only KRaft and ZooKeeper know what they mean.
LEFT_OUT = {("ApiVersionsResponse", "ZkMigrationReady"), ("FetchResponse", "SnapshotId")}

# kafka-python renames bit fields; these are the protocol's names, of the message itself and of its structs.
BIT_FIELDS = {
    "MetadataResponse": ("ClusterAuthorizedOperations", "TopicAuthorizedOperations"),
    "DescribeClusterResponse": ("ClusterAuthorizedOperations", None),
    "DescribeGroupsResponse": (None, "AuthorizedOperations"),
    "DescribeTopicPartitionsResponse": (None, "TopicAuthorizedOperations"),
}


class Filler:
    """Chooses the values of one message in one version."""

    def __init__(self, message, version, bare):
        self.message, self.version, self.bare, self.last = message, version, bare, 0

    def fields(self, struct, depth=0):
        """Of the version's fields: what kafka-python takes, and what the golden says."""
        given, told = {}, {}
        for field in struct._fields:
            tagged = field.tag is not None
            if not field.for_version_q(self.version) or (tagged and self.bare):
                continue
            if (self.message, field._name) in LEFT_OUT:
                continue
            given[field.name], told[self.name(field, depth)] = self.value(field, depth)
        return given, told

    def name(self, field, depth):
        if field.type_str.endswith("bitfield"):
            return BIT_FIELDS[self.message][min(depth, 1)]
        return field._name[0].upper() + field._name[1:]

    def value(self, field, depth):
        if self.bare and field.nullable_for_version_q(self.version):
            return None, None
        if field.is_struct_array() or field.is_array():
            pairs = [self.element(field, depth) for _ in range(0 if self.bare else 2 if depth == 0 else 1)]
            return [given for given, _ in pairs], [told for _, told in pairs]
        return self.element(field, depth)

    def element(self, field, depth):
        if field.is_struct() or field.is_struct_array():
            return self.fields(field, depth + 1)
        self.last += 1
        return self.scalar(field.type_str.replace("[]", ""), self.last)

    @staticmethod
    def scalar(kind, number):
        if kind == "bool":
            return True, True
        if kind == "string":
            return "text-\u00e4%d" % number, "text-\u00e4%d" % number
        if kind in ("bytes", "records"):
            data = bytes([number % 256, 0, 255]) * 2
            return data, data.hex().upper()
        if kind == "uuid":
            value = uuid.UUID(int=(1 << 120) + number)
            return value, str(value)
        if kind == "bitfield":
            return {3, number % 30}, (1 << 3) | (1 << number % 30)
        value = {
            "int8": number % 100 + 1, "int16": 300 + number, "uint16": 60000 + number, "int32": 70000 + number,
            "uint32": 2**32 - number, "int64": 2**40 + number, "float64": number + 0.25,
        }[kind]
        return value, value


def encode(message, version, bare):
    given, told = Filler(message.__name__, version, bare).fields(message._struct)
    flexible = message.flexible_version_q(version)
    encoded = message._struct.encode(given, version=version, compact=flexible, tagged=flexible)
    return bytes(encoded).hex(), told


def messages():
    for module in pkgutil.walk_packages(kafka.protocol.__path__, "kafka.protocol."):
        if ".old" not in module.name and "generate_stubs" not in module.name:
            importlib.import_module(module.name)
    found = [kind for base in (ApiMessage, ApiData) for kind in base.__subclasses__()]
    return sorted((kind for kind in found if "Header" not in kind.__name__), key=lambda kind: kind.__name__)


def main():
    lines = {}
    for message in messages():
        low, high = message.valid_versions
        for version in range(low, high + 1):
            for bare in (False, True):
                encoded, told = encode(message, version, bare)
                versions = lines.setdefault((message.__name__, encoded, json.dumps(told)), [])
                if version not in versions:
                    versions.append(version)
    rows = [
        '{"message":"%s","versions":%s,"bytes":"%s","values":%s}' % (name, versions, encoded, told)
        for (name, encoded, told), versions in lines.items()]
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "messages.json")
    with open(path, "w", encoding="ascii", newline="\n") as file:
        file.write("[\n" + ",\n".join(rows) + "\n]\n")


if __name__ == "__main__":
    main()
