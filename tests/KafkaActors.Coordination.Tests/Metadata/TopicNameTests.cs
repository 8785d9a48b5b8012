using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Coordination.Tests.Metadata;

public sealed class TopicNameTests
{
    [TestCase("a")]
    [TestCase("Valid.name_with-0")]
    [TestCase("...")]
    public void A_valid_name_has_no_fault(string name) => Assert.That(TopicName.Fault(name), Is.Null);

    [TestCase("")]
    [TestCase(".")]
    [TestCase("..")]
    [TestCase("a b")]
    [TestCase("a/b")]
    [TestCase("é")]
    [TestCase("a\n")]
    public void An_invalid_name_has_a_fault(string name) => Assert.That(TopicName.Fault(name), Is.Not.Null);

    [TestCase("__cluster_metadata")]
    [TestCase("__CLUSTER_METADATA", Description = "the same directory where file names have no case")]
    [TestCase("__cluster.metadata", Description = "collides with it")]
    [TestCase("__consumer.offsets", Description = "would keep the groups' topic from being made")]
    [TestCase("__transaction.state")]
    public void A_name_of_the_node_s_own_is_reserved(string name)
    {
        Assert.That(TopicName.IsReserved(name), Is.True);
        Assert.That(TopicName.Fault(name), Does.Contain("reserved"));
    }

    [TestCase("__consumer_offsets")]
    [TestCase("__transaction_state")]
    [TestCase("__cluster_metadata_2")]
    [TestCase("cluster_metadata")]
    [TestCase("x-0.deadbeef-delete", Description = "its directory ends in -0")]
    [TestCase("x-0.deadbeef-stray")]
    [TestCase("x-future")]
    public void Other_names_are_not(string name) => Assert.That(TopicName.IsReserved(name), Is.False);

    [Test]
    public void The_longest_name_has_249_characters()
    {
        Assert.That(TopicName.Fault(new string('a', 249)), Is.Null);
        Assert.That(TopicName.Fault(new string('a', 250)), Is.Not.Null);
    }

    [Test]
    public void Names_that_differ_in_dots_and_underscores_collide() =>
        Assert.That(TopicName.Collapse("a.b_c"), Is.EqualTo(TopicName.Collapse("a_b.c")));
}
