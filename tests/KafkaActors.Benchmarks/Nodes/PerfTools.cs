using System.Globalization;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Benchmarks.Nodes;

/// <summary>The perf tools as the figures name them: 100-byte records, one partition, acks=1.</summary>
internal static class PerfTools
{
    public const int RecordBytes = 100;

    public static Task<ToolRun> CreateTopic(NodeProcess node, string topic) => ToolRun.Of(
        node, "topics", "--create", "--topic", topic, "--partitions", "1", "--replication-factor", "1");

    public static Task<ToolRun> Produce(
        NodeProcess node, string topic, long records, int recordBytes = RecordBytes) => ToolRun.Of(
        node, "producer-perf-test", "--topic", topic, "--num-records", Text(records),
        "--record-size", Text(recordBytes), "--throughput", "-1", "--producer-props", "acks=1");

    public static Task<ToolRun> Consume(NodeProcess node, string topic, long records) => ToolRun.Of(
        node, "consumer-perf-test", "--topic", topic, "--messages", Text(records));

    public static Task<ToolRun> RoundTrip(NodeProcess node, string topic, long records) => ToolRun.Of(
        node, "end-to-end-latency", "--topic", topic, "--num-records", Text(records),
        "--producer-acks", "1", "--record-size", Text(RecordBytes));

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
