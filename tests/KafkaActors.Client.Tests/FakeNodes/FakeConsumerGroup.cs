using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Tests.FakeNodes;

/// <summary>
/// One group of the consumer protocol in memory: the broker's own core, whose clock stands still. Not thread-safe:
/// <see cref="FakeCoordinator"/> sees to that.
/// </summary>
internal sealed class FakeConsumerGroup(string name, Func<MetadataImage> image)
{
    private const long Ticket = 1;

    private static readonly GroupSettings Brisk = GroupSettings.Default with
    {
        ConsumerHeartbeatInterval = TimeSpan.FromMilliseconds(20),
    };

    private static readonly GroupClient Client = new("fake", "/127.0.0.1");

    private readonly GroupCore _core = new(name, new GroupServices(Brisk, Guid.NewGuid), TimeSpan.Zero);

    public IReadOnlyList<string> MemberIds => [.. Described.Members.Select(member => member.MemberId)];

    /// <summary>The greatest of its members.</summary>
    public int Epoch => Described.Members.Select(member => member.MemberEpoch).DefaultIfEmpty().Max();

    private ConsumerGroupDescribeResponse.DescribedGroup Described =>
        ((ConsumerGroupDescribeResponse)Answer(_core.DescribeConsumer(Ticket, image()))).Groups[0];

    public IResponseMessage Serve(IRequestMessage request)
    {
        ApiMessages.TryGet((short)request.Api, out ApiDescription? api);
        short version = api!.Advertised.Max;
        return Answer(request switch
        {
            ConsumerGroupHeartbeatRequest heartbeat => _core.ConsumerHeartbeat(
                Ticket, version, heartbeat, Client, image(), TimeSpan.Zero),
            OffsetCommitRequest commit => _core.CommitOffsets(Ticket, version, commit, image(), TimeSpan.Zero),
            OffsetFetchRequest fetch => _core.FetchOffsets(Ticket, fetch.Groups[0], image()),
            _ => throw new NotSupportedException($"{request.Api}"),
        });
    }

    /// <summary>-1 where nothing is committed.</summary>
    public long Committed(TopicPartition partition)
    {
        var asked = new OffsetFetchRequest.OffsetFetchGroup { GroupId = name, Topics = null };
        var answer = (OffsetFetchResponse)Answer(_core.FetchOffsets(Ticket, asked, image()));
        return answer.Groups[0].Topics.Where(topic => topic.Name == partition.Topic)
            .SelectMany(topic => topic.Partitions).Where(found => found.PartitionIndex == partition.Partition)
            .Select(found => found.CommittedOffset).DefaultIfEmpty(-1).Single();
    }

    /// <summary>Takes a member out without telling it, as after its session timeout.</summary>
    public void Evict(string memberId) =>
        Serve(new ConsumerGroupHeartbeatRequest { GroupId = name, MemberId = memberId, MemberEpoch = -1 });

    private static IResponseMessage Answer(CoordinatorResult result) => result.Answers.Single().Response;
}
