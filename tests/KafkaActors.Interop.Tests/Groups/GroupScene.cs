using Confluent.Kafka;
using Confluent.Kafka.Admin;
using KafkaActors.Interop.Tests.Harness;
using KafkaActors.TestKit;

namespace KafkaActors.Interop.Tests.Groups;

/// <summary>One topic under load, one group on it, and the members that a test lets join it.</summary>
internal sealed class GroupScene : IAsyncDisposable
{
    /// <summary>A session timeout, a rebalance, and the start of a process on a busy machine.</summary>
    private static readonly TimeSpan StableTimeout = GroupSuite.SessionTimeout + TimeSpan.FromSeconds(30);

    private static readonly TimeSpan DeliveryTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LoadTimeout = TimeSpan.FromSeconds(10);

    private const int SteadyRecords = 500;

    private readonly int _partitions;
    private readonly List<IGroupMember> _members = [];
    private readonly IAdminClient _admin;

    private GroupScene(KafkaNode node, string topic, string group, int partitions)
    {
        (Topic, Group, _partitions) = (topic, group, partitions);
        (Bootstrap, Akka) = (node.Kafka, node.Akka);
        // A client that bootstraps anew when the only node goes asks the handle it gave up for a known coordinator.
        AdminClientConfig config = new()
        {
            BootstrapServers = Bootstrap,
            SocketTimeoutMs = 5000,
            MetadataRecoveryStrategy = MetadataRecoveryStrategy.None,
        };
        _admin = new AdminClientBuilder(config).SetLogHandler((_, _) => { }).Build();
    }

    public string Topic { get; }

    public string Group { get; }

    public string Bootstrap { get; }

    public string Akka { get; }

    public GroupLog Log { get; } = new();

    /// <summary>A scene with a new topic of the scene's name.</summary>
    public static async Task<GroupScene> CreateAsync(KafkaNode node, string name, int partitions)
    {
        await node.CreateTopicAsync(name, partitions);
        return new GroupScene(node, name, name, partitions);
    }

    /// <summary>Another group on the same topic.</summary>
    public GroupScene Beside(KafkaNode node, string group) => new(node, Topic, group, _partitions);

    public NumberedLoad StartLoad() => new(Bootstrap, Topic, _partitions);

    public IGroupMember Join(Func<GroupScene, IGroupMember> start)
    {
        IGroupMember member = start(this);
        _members.Add(member);
        return member;
    }

    /// <summary>Returns once exactly these members share all partitions, none of them twice.</summary>
    public async Task AwaitAssignedAsync(params IReadOnlyCollection<IGroupMember> members)
    {
        string[] wanted = [.. members.Select(member => member.Name).Order()];
        string seen = "";
        try
        {
            await Eventually.True(
                async () =>
                {
                    (bool isComplete, seen) = await LookAsync(wanted);
                    return isComplete;
                },
                "a complete assignment",
                StableTimeout);
        }
        catch (AssertionException failure)
        {
            throw new AssertionException(
                $"{failure.Message}\nwanted {string.Join(", ", wanted)}\n{seen}\n{string.Join('\n', _members)}");
        }
    }

    /// <summary>The partitions of one member, as the group's coordinator tells them.</summary>
    public async Task<int[]> AssignedAsync(IGroupMember member) =>
        [.. (await DescribeAsync()).Members.Where(each => each.ClientId == member.Name)
            .SelectMany(each => each.Assignment.TopicPartitions).Select(each => each.Partition.Value).Order()];

    /// <summary>Everything that is sent from now on for a while is seen by exactly one member, once.</summary>
    public async Task AssertSeenOnceAsync(NumberedLoad load)
    {
        int from = load.Sent;
        int to = from + SteadyRecords;
        await Eventually.True(() => load.Sent >= to && Log.HasSeenAll(from, to), "steady delivery", DeliveryTimeout);
        Assert.That(Log.NotSeenOnce(from, to), Is.Empty);
    }

    /// <summary>
    /// Returns once a stretch of the load was seen by one member each, once. After a fault the coordinator may tell of
    /// a complete assignment, the one it has from its log, before the members know that it was away and rejoin.
    /// </summary>
    public Task AwaitSteadyAsync(NumberedLoad load) => Eventually.True(
        async () =>
        {
            int from = load.Sent;
            int to = from + SteadyRecords;
            await Eventually.True(
                () => load.Sent >= to && Log.HasSeenAll(from, to), "steady delivery", DeliveryTimeout);
            return Log.NotSeenOnce(from, to).Count == 0;
        },
        "records that are seen once",
        StableTimeout);

    /// <summary>Stops the load: everything was seen, and nothing that had been committed before.</summary>
    public async Task AssertCompleteAsync(NumberedLoad load)
    {
        await load.StopAsync();
        await AssertSeenAllAsync(load);
    }

    /// <summary>As <see cref="AssertCompleteAsync"/>, of a load that was stopped.</summary>
    public async Task AssertSeenAllAsync(NumberedLoad load)
    {
        await Eventually.True(() => Log.HasSeenAll(0, load.Sent), "every record", DeliveryTimeout);
        Assert.That(Log.Violations, Is.Empty);
    }

    /// <summary>The group's commits, for the partitions that have one.</summary>
    public async Task<IReadOnlyDictionary<int, long>> CommittedAsync()
    {
        List<ListConsumerGroupOffsetsResult> results = [];
        await Eventually.True(
            async () =>
            {
                try
                {
                    results = await _admin.ListConsumerGroupOffsetsAsync(
                        [new ConsumerGroupTopicPartitions(Group, null)]);
                    return true;
                }
                catch (KafkaException failure) when (IsLoading(failure))
                {
                    return false;
                }
            },
            "a loaded group",
            LoadTimeout);
        return results.Single().Partitions.Where(each => each.Topic == Topic && each.Offset >= 0)
            .ToDictionary(each => each.Partition.Value, each => each.Offset.Value);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IGroupMember member in _members) await member.DisposeAsync();
        _admin.Dispose();
    }

    // This client does not go on by itself; of a group's offsets it tells no code, only a text.
    private static bool IsLoading(KafkaException failure) =>
        failure.Error.Code == ErrorCode.GroupLoadInProgress || failure.Message.Contains("load in progress");

    // While the coordinator loads it says so, as an exception of the client.
    private async Task<(bool IsComplete, string Seen)> LookAsync(string[] wanted)
    {
        try
        {
            ConsumerGroupDescription group = await DescribeAsync();
            bool isComplete = group.State == ConsumerGroupState.Stable
                && wanted.SequenceEqual(group.Members.Select(member => member.ClientId).Order())
                && Enumerable.Range(0, _partitions).SequenceEqual(Assigned(group).Order());
            return (isComplete, Show(group));
        }
        catch (KafkaException failure)
        {
            return (false, failure.Message);
        }
    }

    private static IEnumerable<int> Assigned(ConsumerGroupDescription group) =>
        group.Members.SelectMany(member => member.Assignment.TopicPartitions).Select(each => each.Partition.Value);

    private static string Show(ConsumerGroupDescription group) => $"{group.State}: " + string.Join(
        "; ",
        group.Members.Select(each => $"{each.ClientId} {string.Join(',', each.Assignment.TopicPartitions)}"));

    private async Task<ConsumerGroupDescription> DescribeAsync()
    {
        DescribeConsumerGroupsResult result = await _admin.DescribeConsumerGroupsAsync([Group]);
        return result.ConsumerGroupDescriptions.Single();
    }
}
