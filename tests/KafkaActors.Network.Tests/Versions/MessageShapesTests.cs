using KafkaActors.Network.Versions;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Network.Tests.Versions;

/// <summary>Who asks sees the newest shape alone, whatever version the broker speaks.</summary>
public sealed class MessageShapesTests
{
    [TestCase(1)]
    [TestCase(3)]
    [TestCase(4)]
    [TestCase(6)]
    public void A_coordinator_is_found_in_any_version(short version)
    {
        var request = new FindCoordinatorRequest { CoordinatorKeys = ["group"] };
        var seen = (FindCoordinatorRequest)AsSent(request, version);
        string[] keys = version < 4 ? [seen.Key] : [.. seen.CoordinatorKeys];
        Assert.That(keys, Is.EqualTo(new[] { "group" }));
        var answer = new FindCoordinatorResponse
        {
            NodeId = new NodeId(3), Host = "h", Port = 9092,
            Coordinators = [new() { Key = "group", NodeId = new NodeId(3), Host = "h", Port = 9092 }],
        };
        var found = (FindCoordinatorResponse)AsReceived(request, answer, version);
        Assert.That(found.Coordinators, Has.Count.EqualTo(1));
        Assert.That(found.Coordinators[0].Key, Is.EqualTo("group"));
        Assert.That((found.Coordinators[0].NodeId, found.Coordinators[0].Host), Is.EqualTo((new NodeId(3), "h")));
    }

    [TestCase(2)]
    [TestCase(7)]
    [TestCase(8)]
    public void Offsets_of_one_group_are_read_in_any_version(short version)
    {
        var request = new OffsetFetchRequest
        {
            Groups = [new() { GroupId = "g", Topics = [new() { Name = "t", PartitionIndexes = [1] }] }],
        };
        var seen = (OffsetFetchRequest)AsSent(request, version);
        Assert.That(version < 8 ? seen.GroupId : seen.Groups[0].GroupId, Is.EqualTo("g"));
        Assert.That((version < 8 ? seen.Topics : seen.Groups[0].Topics)![0].Name, Is.EqualTo("t"));
        List<OffsetFetchResponse.OffsetFetchTopic> topics =
            [new() { Name = "t", Partitions = [new() { PartitionIndex = 1, CommittedOffset = 5, Metadata = "" }] }];
        var answer = new OffsetFetchResponse { Topics = topics, Groups = [new() { GroupId = "g", Topics = topics }] };
        var fetched = (OffsetFetchResponse)AsReceived(request, answer, version);
        Assert.That(fetched.Groups[0].GroupId, Is.EqualTo("g"));
        Assert.That(fetched.Groups[0].Topics[0].Partitions[0].CommittedOffset, Is.EqualTo(5));
    }

    [TestCase(1)]
    [TestCase(3)]
    public void A_member_leaves_its_group_in_any_version(short version)
    {
        var request = new LeaveGroupRequest { GroupId = "g", Members = [new() { MemberId = "m" }] };
        var seen = (LeaveGroupRequest)AsSent(request, version);
        Assert.That(version < 3 ? seen.MemberId : seen.Members[0].MemberId, Is.EqualTo("m"));
        var answer = new LeaveGroupResponse
        {
            ErrorCode = ErrorCode.UnknownMemberId,
            Members = [new() { MemberId = "m", ErrorCode = ErrorCode.UnknownMemberId }],
        };
        var left = (LeaveGroupResponse)AsReceived(request, answer, version);
        Assert.That(left.Members[0].MemberId, Is.EqualTo("m"));
        Assert.That(left.Members[0].ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [TestCase(1)]
    [TestCase(6)]
    public void Topics_are_deleted_by_name_in_any_version(short version)
    {
        var request = new DeleteTopicsRequest { Topics = [new() { Name = "a" }, new() { Name = "b" }] };
        var seen = (DeleteTopicsRequest)AsSent(request, version);
        Assert.That(
            version < 6 ? seen.TopicNames : seen.Topics.Select(topic => topic.Name!), Is.EqualTo(new[] { "a", "b" }));
    }

    private static IRequestMessage AsSent(IRequestMessage request, short version)
    {
        using var writer = new ProtocolWriter();
        MessageShapes.Older(request, version).Write(writer, version);
        var reader = new ProtocolReader(writer.ToArray());
        ApiMessages.TryGet((short)request.Api, out ApiDescription? api);
        return api!.ReadRequest(ref reader, version);
    }

    private static IResponseMessage AsReceived(IRequestMessage request, IResponseMessage response, short version)
    {
        using var writer = new ProtocolWriter();
        response.Write(writer, version);
        var reader = new ProtocolReader(writer.ToArray());
        ApiMessages.TryGet((short)request.Api, out ApiDescription? api);
        return MessageShapes.Newer(request, api!.ReadResponse(ref reader, version), version);
    }
}
