using Akka.Configuration;
using KafkaActors.Client.Consuming.Groups.Assignors;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Configuration;

/// <summary>The section <c>kafka-actors.client.consumer</c>.</summary>
public sealed record ConsumerSettings
{
    internal const string Section = ClientSettings.Section + ".consumer";

    private ConsumerSettings(ClientConfigReader reader)
    {
        FetchMinBytes = reader.Bytes("fetch.min.bytes", 1);
        FetchMaxWait = reader.Milliseconds("fetch.max.wait.ms", 0);
        FetchMaxBytes = reader.Bytes("fetch.max.bytes", 1);
        MaxPartitionFetchBytes = reader.Bytes("max.partition.fetch.bytes", 1);
        PrefetchBytes = reader.Bytes("prefetch.bytes", 1);
        AutoOffsetReset = reader.Word(
            "auto.offset.reset",
            ("earliest", OffsetReset.Earliest),
            ("latest", OffsetReset.Latest),
            ("none", OffsetReset.None));
        Isolation = reader.Word(
            "isolation.level",
            ("read_uncommitted", IsolationLevel.ReadUncommitted),
            ("read_committed", IsolationLevel.ReadCommitted));
        CheckCrcs = reader.Boolean("check.crcs");
        ExcludeInternalTopics = reader.Boolean("exclude.internal.topics");
        AllowAutoCreateTopics = reader.Boolean("allow.auto.create.topics");
        MaxPollRecords = reader.Int32("max.poll.records", 1);
        GroupId = reader.Text("group.id");
        GroupProtocol = reader.Word(
            "group.protocol", ("classic", GroupProtocol.Classic), ("consumer", GroupProtocol.Consumer));
        GroupRemoteAssignor = reader.Text("group.remote.assignor") is { Length: > 0 } assignor ? assignor : null;
        GroupInstanceId = reader.Text("group.instance.id") is { Length: > 0 } instance ? instance : null;
        SessionTimeout = reader.Milliseconds("session.timeout.ms", 1);
        HeartbeatInterval = reader.Milliseconds(
            "heartbeat.interval.ms", 1, most: (int)SessionTimeout.TotalMilliseconds - 1);
        MaxPollInterval = reader.Milliseconds("max.poll.interval.ms", 1);
        PartitionAssignmentStrategy = reader.List(
            "partition.assignment.strategy", AssignmentStrategy.Find, AssignmentStrategy.Names);
        EnableAutoCommit = reader.Boolean("enable.auto.commit");
        AutoCommitInterval = reader.Milliseconds("auto.commit.interval.ms", 1);
    }

    public static ConsumerSettings Default { get; } = From(KafkaActorsClientConfig.Reference);

    public int FetchMinBytes { get; init; }

    public TimeSpan FetchMaxWait { get; init; }

    public int FetchMaxBytes { get; init; }

    public int MaxPartitionFetchBytes { get; init; }

    public int PrefetchBytes { get; init; }

    public OffsetReset AutoOffsetReset { get; init; }

    public IsolationLevel Isolation { get; init; }

    public bool CheckCrcs { get; init; }

    public bool AllowAutoCreateTopics { get; init; }

    /// <summary>A subscription by expression leaves out internal topics; by name they can always be read.</summary>
    public bool ExcludeInternalTopics { get; init; }

    public int MaxPollRecords { get; init; }

    /// <summary>Empty for no group.</summary>
    public string GroupId { get; init; }

    public GroupProtocol GroupProtocol { get; init; }

    /// <summary>The coordinator's assignor, in the consumer protocol; null for its default.</summary>
    public string? GroupRemoteAssignor { get; init; }

    /// <summary>Null for a dynamic member.</summary>
    public string? GroupInstanceId { get; init; }

    public TimeSpan SessionTimeout { get; init; }

    public TimeSpan HeartbeatInterval { get; init; }

    public TimeSpan MaxPollInterval { get; init; }

    /// <summary>
    /// The preferred first; besides those that have a name in a configuration, the application's own. For the classic
    /// protocol.
    /// </summary>
    public IReadOnlyList<AssignmentStrategy> PartitionAssignmentStrategy { get; init; }

    public bool EnableAutoCommit { get; init; }

    public TimeSpan AutoCommitInterval { get; init; }

    /// <exception cref="KafkaException">A key is missing or cannot be read; the message names its full
    /// path.</exception>
    public static ConsumerSettings From(Config config) => From(config, out _);

    internal static ConsumerSettings From(Config config, out IReadOnlyList<string> keys)
    {
        var reader = new ClientConfigReader(config, Section);
        keys = reader.Keys;
        return new ConsumerSettings(reader);
    }
}
