using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Protocol.Tests.Messages;

/// <summary>
/// Bytes from @platformatic/kafka 2.12.1: its requests, and a response written with its primitives that its own code
/// reads back as what is said here.
/// </summary>
public sealed class ConsumerGroupHeartbeatTests
{
    private const string FullRequest =
        "0667726f7570076d656d6265720000000709696e7374616e636500000493e003076f72646572730662696c6c73046f2e2a0672616e6765"
        + "020102030405060708090a0b0c0d0e0f100300000000000000050000";

    private const string ShortRequest = "0667726f7570076d656d626572000000070000ffffffff0000000000";

    private const string JoinOfVersion0 = "0667726f7570010000000000057261636b000493e002076f7264657273000100";

    private const string Response =
        "00000000000000076d656d626572000000080000138801020102030405060708090a0b0c0d0e0f10030000000000000005000000";

    private static readonly TopicId Topic =
        TopicId.Read(Convert.FromHexString("0102030405060708090a0b0c0d0e0f10"));

    [Test]
    public void A_full_request_is_read_and_written_as_by_another_client()
    {
        ConsumerGroupHeartbeatRequest request = Read(FullRequest, 1);
        Assert.That((request.GroupId, request.MemberId, request.MemberEpoch), Is.EqualTo(("group", "member", 7)));
        Assert.That((request.InstanceId, request.RackId), Is.EqualTo(("instance", (string?)null)));
        Assert.That(request.RebalanceTimeoutMs, Is.EqualTo(300_000));
        Assert.That(request.SubscribedTopicNames, Is.EqualTo(new[] { "orders", "bills" }));
        Assert.That((request.SubscribedTopicRegex, request.ServerAssignor), Is.EqualTo(("o.*", "range")));
        Assert.That(request.TopicPartitions!.Single().TopicId, Is.EqualTo(Topic));
        Assert.That(request.TopicPartitions!.Single().Partitions, Is.EqualTo(new[] { 0, 5 }));
        Assert.That(Write(request, 1), Is.EqualTo(FullRequest));
    }

    [Test]
    public void A_request_that_repeats_nothing_is_read_and_written_as_by_another_client()
    {
        ConsumerGroupHeartbeatRequest request = Read(ShortRequest, 1);
        Assert.That(request.RebalanceTimeoutMs, Is.EqualTo(-1));
        Assert.That(request.SubscribedTopicNames, Is.Null);
        Assert.That(request.SubscribedTopicRegex, Is.Null);
        Assert.That(request.TopicPartitions, Is.Null);
        Assert.That(Write(request, 1), Is.EqualTo(ShortRequest));
    }

    [Test]
    public void A_request_of_version_0_has_no_expression()
    {
        ConsumerGroupHeartbeatRequest request = Read(JoinOfVersion0, 0);
        Assert.That((request.MemberId, request.MemberEpoch, request.RackId), Is.EqualTo(("", 0, "rack")));
        Assert.That(request.SubscribedTopicNames, Is.EqualTo(new[] { "orders" }));
        Assert.That(request.TopicPartitions, Is.Empty);
        request.SubscribedTopicRegex = "not of this version";
        Assert.That(Write(request, 0), Is.EqualTo(JoinOfVersion0));
    }

    [Test]
    public void A_response_is_read_and_written_as_another_client_reads_it()
    {
        var reader = new ProtocolReader(Convert.FromHexString(Response));
        ConsumerGroupHeartbeatResponse response = ConsumerGroupHeartbeatResponse.Read(ref reader, 1);
        Assert.That((response.MemberId, response.MemberEpoch), Is.EqualTo(("member", 8)));
        Assert.That(response.HeartbeatIntervalMs, Is.EqualTo(5000));
        Assert.That(response.Assignment!.TopicPartitions.Single().TopicId, Is.EqualTo(Topic));
        Assert.That(response.Assignment.TopicPartitions.Single().Partitions, Is.EqualTo(new[] { 0, 5 }));
        Assert.That(Write(response, 1), Is.EqualTo(Response));
    }

    private static ConsumerGroupHeartbeatRequest Read(string bytes, short version)
    {
        var reader = new ProtocolReader(Convert.FromHexString(bytes));
        return ConsumerGroupHeartbeatRequest.Read(ref reader, version);
    }

    private static string Write(IProtocolMessage message, short version)
    {
        using var writer = new ProtocolWriter();
        message.Write(writer, version);
        return Convert.ToHexStringLower(writer.ToArray());
    }
}
