using KafkaActors.Broker.Handlers;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Listener;

/// <summary>What is not supported is refused with the error that the version of the request has for it.</summary>
public sealed class VersionedErrorTests
{
    private const sbyte Group = 0;
    private const sbyte Transaction = 1;
    private const sbyte Share = 2;

    [TestCase(-1L, (short)1)]
    [TestCase(-2L, (short)1)]
    [TestCase(-3L, (short)7)]
    [TestCase(-4L, (short)8)]
    [TestCase(-5L, (short)9)]
    [TestCase(-6L, short.MaxValue)]
    [TestCase(-100L, short.MaxValue)]
    [TestCase(long.MinValue, short.MaxValue)]
    [TestCase(0L, (short)1)]
    [TestCase(long.MaxValue, (short)1)]
    public async Task ListOffsets_knows_a_timestamp_from_its_version_on(long timestamp, short first)
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        (string topic, _) = await ListenerNode.CreateTopicAsync(client);
        for (short version = 1; version <= 10; version++)
        {
            var response = await client.AskAsync<ListOffsetsResponse>(
                new ListOffsetsRequest
                {
                    ReplicaId = NodeId.None,
                    Topics = [new() { Name = topic, Partitions = [new() { Timestamp = timestamp }] }],
                },
                version);
            ErrorCode expected = version < first ? ErrorCode.UnsupportedVersion : ErrorCode.None;
            Assert.That(response.Topics[0].Partitions[0].ErrorCode, Is.EqualTo(expected), $"v{version}");
        }
    }

    [TestCase(Transaction, TransactionRefusals.Reason)]
    [TestCase(Share, "Groups")]
    [TestCase(sbyte.MinValue, "Groups")]
    [TestCase(sbyte.MaxValue, "Groups")]
    public async Task A_coordinator_of_anything_but_groups_is_an_invalid_request(sbyte type, string message)
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        for (short version = 1; version <= 6; version++)
        {
            var response = await client.AskAsync<FindCoordinatorResponse>(
                new FindCoordinatorRequest { Key = "a", KeyType = type, CoordinatorKeys = ["a"] }, version);
            (ErrorCode error, string? text) = version < 4
                ? (response.ErrorCode, response.ErrorMessage)
                : (response.Coordinators[0].ErrorCode, response.Coordinators[0].ErrorMessage);
            Assert.That(error, Is.EqualTo(ErrorCode.InvalidRequest), $"v{version}");
            Assert.That(text, Does.Contain(message), $"v{version}");
        }
    }

    [Test]
    public async Task The_oldest_version_of_FindCoordinator_knows_groups_alone()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        var response = await client.AskAsync<FindCoordinatorResponse>(
            new FindCoordinatorRequest { Key = "a", KeyType = Group }, 0);
        Assert.That(response.ErrorCode, Is.AnyOf(ErrorCode.None, ErrorCode.CoordinatorNotAvailable));
    }

    [TestCase(null, -1L, (short)-1, ErrorCode.None)]
    [TestCase(null, 5L, (short)-1, ErrorCode.InvalidRequest)]
    [TestCase(null, -1L, (short)0, ErrorCode.InvalidRequest)]
    [TestCase("transaction", -1L, (short)-1, ErrorCode.InvalidRequest)]
    [TestCase("", -1L, (short)-1, ErrorCode.InvalidRequest)]
    public async Task InitProducerId_takes_an_id_with_its_epoch_and_no_transaction(
        string? transaction, long id, short epoch, ErrorCode expected)
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        var response = await client.AskAsync<InitProducerIdResponse>(new InitProducerIdRequest
        {
            TransactionalId = transaction, ProducerId = id, ProducerEpoch = epoch, TransactionTimeoutMs = 1000,
        });
        Assert.That(response.ErrorCode, Is.EqualTo(expected));
    }

    [TestCase((sbyte)1, ErrorCode.None)]
    [TestCase((sbyte)2, ErrorCode.MismatchedEndpointType)]
    [TestCase((sbyte)0, ErrorCode.UnsupportedEndpointType)]
    [TestCase(sbyte.MinValue, ErrorCode.UnsupportedEndpointType)]
    public async Task DescribeCluster_knows_brokers_and_controllers(sbyte type, ErrorCode expected)
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        var response = await client.AskAsync<DescribeClusterResponse>(
            new DescribeClusterRequest { EndpointType = type });
        Assert.That(response.ErrorCode, Is.EqualTo(expected));
    }
}
