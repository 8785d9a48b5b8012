using KafkaActors.Cli.Groups;
using KafkaActors.Cli.Invocation;

namespace KafkaActors.Cli.Tests.Groups;

internal sealed class TopicSpecTests
{
    [TestCase("orders", "orders", null)]
    [TestCase("orders:0", "orders", new[] { 0 })]
    [TestCase("orders:0,2,1", "orders", new[] { 0, 2, 1 })]
    [TestCase("orders: 3 ,3", "orders", new[] { 3 })]
    public void A_topic_is_named_with_or_without_its_partitions(string text, string topic, int[]? partitions)
    {
        TopicSpec spec = TopicSpec.Parse(text);

        Assert.That(spec.Topic, Is.EqualTo(topic));
        Assert.That(spec.Partitions, Is.EqualTo(partitions));
    }

    [TestCase("")]
    [TestCase(":0")]
    [TestCase("orders:")]
    [TestCase("orders:0,")]
    [TestCase("orders:-1")]
    [TestCase("orders:0-2")]
    [TestCase("orders:0:1")]
    [TestCase("orders:99999999999")]
    public void What_names_no_topic_is_refused(string text)
    {
        Assert.That(() => TopicSpec.Parse(text), Throws.TypeOf<ToolException>().With.Message.Contains($"'{text}'"));
    }
}
