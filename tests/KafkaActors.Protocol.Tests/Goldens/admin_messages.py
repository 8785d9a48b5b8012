"""Writes admin-kafka-python.json with kafka-python, an implementation that is not ours. See README.md."""
import json
import os
import sys

from kafka.protocol import admin

TOPIC = "Thema-\u00fc-\u9375"
TOPIC_CONFIGS = [{"Name": "retention.ms", "Value": "604800000"}, {"Name": "cleanup.policy", "Value": None}]
CONFIG_RESOURCES = [
    {"ResourceType": 2, "ResourceName": TOPIC, "Configs": TOPIC_CONFIGS},
    {"ResourceType": 4, "ResourceName": "", "Configs": []}]
ALTERED = [
    {"ErrorCode": 40, "ErrorMessage": "no such key", "ResourceType": 2, "ResourceName": TOPIC},
    {"ErrorCode": 0, "ErrorMessage": None, "ResourceType": 4, "ResourceName": "16909060"}]

# Message -> its class for each version, and what it is given, in the order of the wire.
CASES = {
    "CreateTopicsRequest": ({v: admin.CreateTopicsRequest[v] for v in (2, 3)}, {
        "Topics": [
            {"Name": TOPIC, "NumPartitions": 16909060, "ReplicationFactor": 1286,
             "Assignments": [], "Configs": TOPIC_CONFIGS},
            {"Name": "assigned", "NumPartitions": -1, "ReplicationFactor": -1,
             "Assignments": [{"PartitionIndex": 7, "BrokerIds": [3, 16909061]}, {"PartitionIndex": 8, "BrokerIds": []}],
             "Configs": []}],
        "TimeoutMs": 30001, "ValidateOnly": True}),
    "CreateTopicsResponse": ({v: admin.CreateTopicsResponse[v] for v in (2, 3)}, {
        "ThrottleTimeMs": 16909060,
        "Topics": [{"Name": TOPIC, "ErrorCode": 36, "ErrorMessage": "there is one"},
                   {"Name": "b", "ErrorCode": -1, "ErrorMessage": None}]}),
    "DeleteTopicsRequest": ({v: admin.DeleteTopicsRequest[v] for v in (1, 2, 3)}, {
        "TopicNames": [TOPIC, "b"], "TimeoutMs": 30002}),
    "DeleteTopicsResponse": ({v: admin.DeleteTopicsResponse[v] for v in (1, 2, 3)}, {
        "ThrottleTimeMs": 16909061,
        "Responses": [{"Name": TOPIC, "ErrorCode": 73}, {"Name": "b", "ErrorCode": 0}]}),
    "CreatePartitionsRequest": ({v: admin.CreatePartitionsRequest[v] for v in (0, 1)}, {
        "Topics": [
            {"Name": TOPIC, "Count": 16909062, "Assignments": None},
            {"Name": "b", "Count": 3, "Assignments": [{"BrokerIds": [1, 2]}, {"BrokerIds": []}]}],
        "TimeoutMs": 30003, "ValidateOnly": True}),
    "CreatePartitionsResponse": ({v: admin.CreatePartitionsResponse[v] for v in (0, 1)}, {
        "ThrottleTimeMs": 16909063,
        "Results": [{"Name": TOPIC, "ErrorCode": 37, "ErrorMessage": "fewer than now"},
                    {"Name": "b", "ErrorCode": 0, "ErrorMessage": None}]}),
    "DescribeConfigsRequest": ({v: admin.DescribeConfigsRequest[v] for v in (1, 2)}, {
        "Resources": [
            {"ResourceType": 2, "ResourceName": TOPIC, "ConfigurationKeys": None},
            {"ResourceType": 4, "ResourceName": "9", "ConfigurationKeys": ["num.io.threads", ""]},
            {"ResourceType": 8, "ResourceName": "9", "ConfigurationKeys": []}],
        "IncludeSynonyms": True}),
    # Not version 1, whose configuration source this implementation takes for a boolean.
    "DescribeConfigsResponse": ({2: admin.DescribeConfigsResponse[2]}, {
        "ThrottleTimeMs": 16909064,
        "Results": [
            {"ErrorCode": 0, "ErrorMessage": None, "ResourceType": 2, "ResourceName": TOPIC, "Configs": [
                {"Name": "retention.ms", "Value": "1", "ReadOnly": False, "ConfigSource": 1, "IsSensitive": False,
                 "Synonyms": [{"Name": "retention.ms", "Value": "1", "Source": 1},
                              {"Name": "log.retention.ms", "Value": None, "Source": 5}]},
                {"Name": "ssl.key", "Value": None, "ReadOnly": True, "ConfigSource": 4, "IsSensitive": True,
                 "Synonyms": []}]},
            {"ErrorCode": 42, "ErrorMessage": "unknown type", "ResourceType": 99, "ResourceName": "", "Configs": []}]}),
    "AlterConfigsRequest": ({v: admin.AlterConfigsRequest[v] for v in (0, 1)}, {
        "Resources": CONFIG_RESOURCES, "ValidateOnly": True}),
    "AlterConfigsResponse": ({0: admin.AlterConfigsResponse_v0, 1: admin.AlterConfigsResponse_v1}, {
        "ThrottleTimeMs": 16909065, "Responses": ALTERED}),
}


def positional(value):
    """kafka-python takes a struct as the tuple of its fields; the one of CreatePartitions nests two of them."""
    if isinstance(value, list):
        return [positional(item) for item in value]
    if not isinstance(value, dict):
        return value
    if list(value) == ["BrokerIds"]:
        return value["BrokerIds"]
    if list(value) == ["Name", "Count", "Assignments"]:
        return value["Name"], (value["Count"], positional(value["Assignments"]))
    return tuple(positional(field) for field in value.values())


def main():
    lines = {}
    for name, (versions, values) in CASES.items():
        for version, message in versions.items():
            key = name, message.SCHEMA.encode(positional(values)).hex(), json.dumps(values)
            lines.setdefault(key, []).append(version)
    rows = [
        '{"message": "%s", "versions": %s, "bytes": "%s", "values": %s}' % (name, versions, encoded, values)
        for (name, encoded, values), versions in lines.items()]
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "admin-kafka-python.json")
    with open(path, "w", encoding="ascii", newline="\n") as out:
        out.write("[\n" + ",\n".join(rows) + "\n]\n")


if __name__ == "__main__":
    sys.exit(main())
