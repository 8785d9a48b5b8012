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
