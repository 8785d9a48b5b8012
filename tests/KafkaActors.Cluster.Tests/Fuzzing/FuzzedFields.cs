using System.Globalization;
using KafkaActors.Protocol;

namespace KafkaActors.Cluster.Tests.Fuzzing;

/// <summary>
/// Values of single fields: what fits a field of this name on this node, what the node has told, the extremes of its
/// type, or anything. Names of topics and groups are of a small number, so that requests meet each other.
/// </summary>
internal sealed class FuzzedFields(KnownThings known, Random random)
{
    private const int Names = 8;

    private static readonly string[] OddTexts =
    [
        "", ".", "..", " ", "a/b", "../../etc", "__consumer_offsets", "__transaction_state", "__cluster_metadata",
        "ä€😀\0\n", "{0} %s ${x}", "true", "-1", "NaN", "9223372036854775808", new('n', 249), new('n', 250),
        new('ä', 4000), new('x', short.MaxValue),
    ];

    private static readonly string[] Settings =
    [
        "retention.ms", "retention.bytes", "cleanup.policy", "compression.type", "min.insync.replicas",
        "segment.bytes", "max.message.bytes", "message.timestamp.type", "preallocate", "flush.messages",
        "consumer.session.timeout.ms", "consumer.heartbeat.interval.ms", "log.retention.ms", "no.such.setting",
    ];

    private static readonly string[] SettingValues =
        ["0", "1", "-1", "1000", "compact", "delete", "compact,delete", "producer", "zstd", "true", "x", "", "1e9"];

    public static IReadOnlyList<string> Topics { get; } =
        [.. Enumerable.Range(0, Names).Select(index => $"fuzzed-{index}")];

    public string Text(string field, Type of)
    {
        int chance = random.Next(20);
        if (chance == 0) return OddTexts[random.Next(OddTexts.Length)];
        if (chance == 1 && known.Pick(field, random) is string told) return told;
        return field switch
        {
            "MemberId" => known.Pick(field, random) as string ?? "",
            "GroupId" or "GroupIds" or "Groups" or "GroupsNames" or "Key" or "CoordinatorKeys" => Name("group"),
            "GroupInstanceId" or "InstanceId" => Name("instance"),
            "TransactionalId" => Name("transaction"),
            "ProtocolType" => "consumer",
            "ProtocolName" or "ServerAssignor" => random.Next(2) == 0 ? "range" : "uniform",
            "ConfigurationKeys" => Settings[random.Next(Settings.Length)],
            "Value" => SettingValues[random.Next(SettingValues.Length)],
            "SubscribedTopicRegex" => "fuzzed-.*",
            "ResourceName" => random.Next(3) switch { 0 => "", 1 => Name("group"), _ => Name("fuzzed") },
            "StatesFilter" => "Stable",
            "TypesFilter" => "consumer",
            "Name" when of.Name.Contains("Config", StringComparison.Ordinal) => Settings[random.Next(Settings.Length)],
            "Name" when of.Name.Contains("Protocol", StringComparison.Ordinal) => "range",
            "Name" or "Topic" or "TopicName" or "TopicNames" or "SubscribedTopicNames" => Name("fuzzed"),
            _ => Name("text"),
        };
    }

    public TopicId TopicId() => random.Next(10) switch
    {
        0 => Protocol.TopicId.None,
        1 => new TopicId(new Guid(random.Next(), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)),
        _ => known.Pick("TopicId", random) as TopicId? ?? Protocol.TopicId.None,
    };

    /// <summary>A number for a field of so many bits; the extremes are those of its type.</summary>
    public long Number(string field, int bits)
    {
        long most = long.MaxValue >> (64 - bits);
        int chance = random.Next(10);
        if (chance < 2) return Extreme(most);
        if (chance == 2 && Told(field) is { } told && Math.Abs((decimal)told) <= most) return told;
        long fitting = field switch
        {
            "Partition" or "PartitionIndex" or "PartitionIndexes" or "Partitions" or "Index" => random.Next(3),
            "ReplicaId" or "BrokerIds" or "ReplicationFactor" => random.Next(2) == 0 ? -1 : 1,
            "GenerationId" or "MemberEpoch" or "GenerationIdOrMemberEpoch" => Told(field) ?? random.Next(-2, 3),
            "SessionId" => Told(field) ?? 0,
            "SessionEpoch" => random.Next(-1, 4),
            "NumPartitions" or "Count" => random.Next(1, 4),
            "Acks" => random.Next(-1, 2),
            "SessionTimeoutMs" or "RebalanceTimeoutMs" => 6000 + random.Next(4000),
            "MaxWaitMs" or "TimeoutMs" => random.Next(500),
            "MinBytes" => random.Next(100),
            "MaxBytes" or "PartitionMaxBytes" => random.Next(1_000_000),
            "Timestamp" => random.Next(-7, 2),
            "FetchOffset" or "Offset" or "CommittedOffset" => Told(field) ?? random.Next(100),
            "ProducerId" => Told(field) ?? -1,
            "ResourceType" => random.Next(5) switch { 0 => 4, 1 => 32, _ => 2 },
            "ConfigOperation" => random.Next(4),
            "KeyType" or "EndpointType" or "IsolationLevel" => random.Next(3),
            _ => random.Next(-1, 10),
        };
        return Math.Clamp(fitting, -most - 1, most);
    }

    private long Extreme(long most) => random.Next(6) switch
    {
        0 => -most - 1,
        1 => -1,
        2 => 0,
        3 => 1,
        4 => most - 1,
        _ => most,
    };

    private long? Told(string field) => known.Pick(field, random) switch
    {
        null or string or Protocol.TopicId => null,
        NodeId node => node.Value,
        LeaderEpoch epoch => epoch.Value,
        var number => Convert.ToInt64(number, CultureInfo.InvariantCulture),
    };

    private string Name(string prefix) => $"{prefix}-{random.Next(Names)}";
}
