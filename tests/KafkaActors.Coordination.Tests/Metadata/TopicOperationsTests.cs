using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Coordination.Tests.Metadata;

public sealed class TopicOperationsTests
{
    private static readonly ErrorCode Yes = ErrorCode.None;
    private static readonly ErrorCode Invalid = ErrorCode.InvalidTopicException;
    private static readonly ErrorCode Policy = ErrorCode.PolicyViolation;

    // Kafka's, but for the partitions of __consumer_offsets, of which its broker would take more and lose the groups.
    private static readonly Dictionary<TopicOperation, (ErrorCode Internal, ErrorCode CompactOnly)> Table = new()
    {
        [TopicOperation.Create] = (Yes, Yes),
        [TopicOperation.Delete] = (Yes, Yes),
        [TopicOperation.AddPartitions] = (Invalid, Yes),
        [TopicOperation.AlterConfigs] = (Yes, Yes),
        [TopicOperation.Produce] = (Invalid, Yes),
        [TopicOperation.Consume] = (Yes, Yes),
        [TopicOperation.DeleteRecords] = (Invalid, Policy),
    };

    [Test]
    public void Every_operation_has_an_answer_for_every_kind_of_topic([Values] TopicOperation operation)
    {
        Assert.That(Of(operation, TopicKind.Ordinary), Is.EqualTo(Yes));
        Assert.That(Of(operation, TopicKind.Internal), Is.EqualTo(Table[operation].Internal));
        Assert.That(Of(operation, TopicKind.CompactOnly), Is.EqualTo(Table[operation].CompactOnly));
        Assert.That(Of(operation, TopicKind.Reserved), Is.EqualTo(Invalid));
    }

    [TestCase("compact", TopicKind.CompactOnly)]
    [TestCase("compact,delete", TopicKind.Ordinary)]
    [TestCase("delete", TopicKind.Ordinary)]
    [TestCase(null, TopicKind.Ordinary)]
    public void A_topic_that_is_only_compacted_is_one_by_what_holds_for_it(string? policy, TopicKind kind)
    {
        ImageBuilder own = new ImageBuilder().Broker(1).Topic(1, "t", [1])
            .With(new ConfigChanged(ConfigResource.Topic("t"), "cleanup.policy", policy));
        ImageBuilder shared = new ImageBuilder().Broker(1).Topic(1, "t", [1])
            .With(new ConfigChanged(ConfigResource.AllBrokers, "log.cleanup.policy", policy));
        Assert.That(KindOf(own.Image, "t"), Is.EqualTo(kind));
        Assert.That(KindOf(shared.Image, "t"), Is.EqualTo(kind));
    }

    [TestCase("__consumer_offsets", TopicKind.Internal)]
    [TestCase("__share_group_state", TopicKind.Internal)]
    [TestCase("__cluster_metadata", TopicKind.Reserved)]
    [TestCase("__consumer.offsets", TopicKind.Reserved)]
    public void The_name_alone_makes_a_topic_internal_or_reserved(string name, TopicKind kind) =>
        Assert.That(KindOf(MetadataImage.Empty, name), Is.EqualTo(kind));

    private static ErrorCode Of(TopicOperation operation, TopicKind kind) =>
        TopicOperations.Refusal(operation, kind, "t")?.Error ?? ErrorCode.None;

    private static TopicKind KindOf(MetadataImage image, string topic) =>
        TopicOperations.KindOf(image, new NodeId(1), topic, TopicConfigDefaults.Kafka);
}
