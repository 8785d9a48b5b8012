using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Cluster.Tests.Neighbours;

/// <summary>The only member of a group of the classic protocol, which does nothing but heartbeats.</summary>
internal static class GroupProbe
{
    private const string Group = "steady-group";
    private const string Protocol = "range";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<Probe> StartAsync(string address, TimeSpan limit)
    {
        using KafkaWireClient client = await KafkaWireClient.ConnectAsync(address);
        await Neighbourhood.FindCoordinatorAsync(client);
        JoinGroupResponse joined = await JoinAsync(client, "");
        await Eventually.True(
            async () =>
            {
                joined = await JoinAsync(client, joined.MemberId);
                return joined.ErrorCode == ErrorCode.None;
            },
            "the group's coordinator serves it",
            Patience);
        SyncGroupResponse synced = await client.AskAsync<SyncGroupResponse>(new SyncGroupRequest
        {
            GroupId = Group,
            GenerationId = joined.GenerationId,
            MemberId = joined.MemberId,
            ProtocolType = "consumer",
            ProtocolName = Protocol,
            Assignments = [new() { MemberId = joined.MemberId, Assignment = new byte[8] }],
        });
        Assert.That(synced.ErrorCode, Is.EqualTo(ErrorCode.None));
        return await Probe.StartAsync<HeartbeatResponse>(
            address,
            limit,
            new HeartbeatRequest { GroupId = Group, GenerationId = joined.GenerationId, MemberId = joined.MemberId },
            response => response.ErrorCode == ErrorCode.None);
    }

    private static Task<JoinGroupResponse> JoinAsync(KafkaWireClient client, string member) =>
        client.AskAsync<JoinGroupResponse>(new JoinGroupRequest
        {
            GroupId = Group,
            SessionTimeoutMs = 30_000,
            RebalanceTimeoutMs = 30_000,
            MemberId = member,
            ProtocolType = "consumer",
            Protocols = [new() { Name = Protocol, Metadata = new byte[8] }],
        });
}
