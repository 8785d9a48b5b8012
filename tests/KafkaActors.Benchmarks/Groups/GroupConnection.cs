using KafkaActors.Client.Consuming.Groups;
using KafkaActors.Client.Consuming.Groups.Assignors;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Benchmarks.Groups;

/// <summary>
/// One connection that some members share, each a consumer of <see cref="Topic"/> as the coordinator sees it. Nothing
/// but their requests goes over it, so that the time of a client's own work is small.
/// </summary>
internal sealed class GroupConnection : IDisposable
{
    public const string Topic = "orders";

    private const string Assignor = "range";

    private static readonly TimeSpan CoordinatorTimeout = TimeSpan.FromSeconds(30);

    private readonly KafkaWireClient _client;

    private GroupConnection(KafkaWireClient client) => _client = client;

    public static async Task<GroupConnection> OpenAsync(string bootstrap) =>
        new(await KafkaWireClient.ConnectAsync(bootstrap).ConfigureAwait(false));

    /// <summary>Has the coordinator made its topic, and returns once it serves all of it.</summary>
    public static async Task AwaitCoordinatorAsync(string bootstrap)
    {
        using KafkaWireClient client = await KafkaWireClient.ConnectAsync(bootstrap).ConfigureAwait(false);
        await Eventually.True(
            async () =>
            {
                var found = await client.AskAsync<FindCoordinatorResponse>(
                    new FindCoordinatorRequest { CoordinatorKeys = ["any"] }).ConfigureAwait(false);
                var listed = await client.AskAsync<ListGroupsResponse>(new ListGroupsRequest()).ConfigureAwait(false);
                return found.Coordinators[0].ErrorCode == ErrorCode.None && listed.ErrorCode == ErrorCode.None;
            },
            "a coordinator that serves",
            CoordinatorTimeout).ConfigureAwait(false);
    }

    /// <summary>Gives members the ids that they join with (KIP-394).</summary>
    public async Task NameAsync(IReadOnlyList<BenchmarkMember> members)
    {
        foreach (BenchmarkMember member in members) await SendJoinAsync(member).ConfigureAwait(false);
        foreach (BenchmarkMember member in members)
        {
            var response = await _client.ReceiveAsync<JoinGroupResponse>().ConfigureAwait(false);
            Check(response.ErrorCode, ErrorCode.MemberIdRequired);
            member.Id = response.MemberId;
        }
    }

    public async Task SendJoinsAsync(IReadOnlyList<BenchmarkMember> members)
    {
        foreach (BenchmarkMember member in members) await SendJoinAsync(member).ConfigureAwait(false);
    }

    /// <summary>Ends what <see cref="SendJoinsAsync"/> began: the group's next generation.</summary>
    public async Task ReceiveJoinsAsync(IReadOnlyList<BenchmarkMember> members)
    {
        foreach (BenchmarkMember member in members)
        {
            var response = await _client.ReceiveAsync<JoinGroupResponse>().ConfigureAwait(false);
            Check(response.ErrorCode);
            member.Generation = response.GenerationId;
            member.Led = [.. response.Members.Select(each => each.MemberId)];
        }
    }

    /// <param name="partitions">Of the group, which its leader shares out evenly.</param>
    public async Task SyncAsync(IReadOnlyList<BenchmarkMember> members, int partitions)
    {
        foreach (BenchmarkMember member in members)
        {
            await _client.SendAsync(new SyncGroupRequest
            {
                GroupId = member.GroupId,
                GenerationId = member.Generation,
                MemberId = member.Id,
                ProtocolType = ConsumerBlobs.ProtocolType,
                ProtocolName = Assignor,
                Assignments = [.. Assign(member.Led, partitions)],
            }).ConfigureAwait(false);
        }

        for (int answered = 0; answered < members.Count; answered++)
            Check((await _client.ReceiveAsync<SyncGroupResponse>().ConfigureAwait(false)).ErrorCode);
    }

    public async Task<ErrorCode> HeartbeatAsync(BenchmarkMember member)
    {
        var response = await _client.AskAsync<HeartbeatResponse>(new HeartbeatRequest
        {
            GroupId = member.GroupId,
            GenerationId = member.Generation,
            MemberId = member.Id,
        }).ConfigureAwait(false);
        return response.ErrorCode;
    }

    public async Task CommitAsync(BenchmarkMember member, int partitions, long offset)
    {
        var response = await _client.AskAsync<OffsetCommitResponse>(new OffsetCommitRequest
        {
            GroupId = member.GroupId,
            GenerationIdOrMemberEpoch = member.Generation,
            MemberId = member.Id,
            Topics =
            [
                new OffsetCommitRequest.OffsetCommitTopic
                {
                    Name = Topic,
                    Partitions = [.. Enumerable.Range(0, partitions).Select(partition =>
                        new OffsetCommitRequest.OffsetCommitPartition
                        {
                            PartitionIndex = partition,
                            CommittedOffset = offset,
                            CommittedMetadata = "",
                        })],
                },
            ],
        }).ConfigureAwait(false);
        foreach (OffsetCommitResponse.OffsetCommitPartition partition in response.Topics[0].Partitions)
            Check(partition.ErrorCode);
    }

    public void Dispose() => _client.Dispose();

    public static void Check(ErrorCode error, ErrorCode wanted = ErrorCode.None)
    {
        if (error != wanted) throw new InvalidOperationException($"answered {error}, not {wanted}");
    }

    private Task SendJoinAsync(BenchmarkMember member) => _client.SendAsync(new JoinGroupRequest
    {
        GroupId = member.GroupId,
        SessionTimeoutMs = 45_000,
        RebalanceTimeoutMs = 300_000,
        MemberId = member.Id,
        ProtocolType = ConsumerBlobs.ProtocolType,
        Protocols =
        [
            new JoinGroupRequest.JoinGroupProtocol
            {
                Name = Assignor,
                Metadata = ConsumerBlobs.Subscription([Topic], userData: null, owned: [], member.Generation),
            },
        ],
    });

    private static IEnumerable<SyncGroupRequest.SyncGroupAssignment> Assign(IReadOnlyList<string> ids, int partitions)
    {
        for (int index = 0; index < ids.Count; index++)
        {
            int from = index * partitions / ids.Count;
            int to = (index + 1) * partitions / ids.Count;
            yield return new SyncGroupRequest.SyncGroupAssignment
            {
                MemberId = ids[index],
                Assignment = ConsumerBlobs.Assignment(new MemberAssignment(
                    [.. Enumerable.Range(from, to - from).Select(partition => new TopicPartition(Topic, partition))])),
            };
        }
    }
}
