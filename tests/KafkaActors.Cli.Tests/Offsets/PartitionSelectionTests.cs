using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Offsets;

namespace KafkaActors.Cli.Tests.Offsets;

internal sealed class PartitionSelectionTests
{
    [TestCase("test", "test", 7, true)]
    [TestCase("test", "test2", 7, false)]
    [TestCase("te.*", "test", 7, true)]
    [TestCase("test:3", "test", 3, true)]
    [TestCase("test:3", "test", 4, false)]
    [TestCase("test:1-3", "test", 2, true)]
    [TestCase("test:1-3", "test", 3, false)]
    [TestCase("test:2-", "test", 9, true)]
    [TestCase("test:-2", "test", 2, false)]
    [TestCase(":5", "any", 5, true)]
    [TestCase("a:1,b:2", "b", 2, true)]
    [TestCase("a:1,b:2", "b", 1, false)]
    public void A_selection_names_topics_and_partitions(string text, string topic, int partition, bool selected)
    {
        Assert.That(
            PartitionSelection.ParseList(text).Any(selection => selection.Contains(topic, partition)),
            Is.EqualTo(selected));
    }

    [TestCase("test:x")]
    [TestCase("a:1:2")]
    public void What_is_no_selection_is_refused(string text)
    {
        Assert.That(() => PartitionSelection.ParseList(text), Throws.TypeOf<ToolException>());
    }
}
