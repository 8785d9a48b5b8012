using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Offsets;
using KafkaActors.Protocol;
using KafkaActors.TestKit;

namespace KafkaActors.Cli.Tests.Offsets;

internal sealed class RecordsToDeleteFileTests
{
    [Test]
    public void Partitions_and_offsets_are_read()
    {
        IReadOnlyDictionary<TopicPartition, long> offsets = Read(
            """
            {"partitions":[{"topic":"t","partition":0,"offset":5},
              {"topic":"t","partition":1,"offset":-1}],"version":1}
            """);

        Assert.That(offsets[new TopicPartition("t", 0)], Is.EqualTo(5));
        Assert.That(offsets[new TopicPartition("t", 1)], Is.EqualTo(-1));
    }

    [TestCase("{")]
    [TestCase("{}")]
    [TestCase("""{"partitions":[]}""")]
    [TestCase("""{"partitions":[{"topic":"t","partition":0}]}""")]
    [TestCase("""{"partitions":[{"topic":"t","partition":0,"offset":1}],"version":2}""")]
    [TestCase("""{"partitions":[{"topic":"t","partition":0,"offset":1},{"topic":"t","partition":0,"offset":2}]}""")]
    public void What_is_not_as_expected_is_named(string text)
    {
        Assert.That(() => Read(text), Throws.TypeOf<ToolException>().With.Message.Contains("offsets.json"));
    }

    private static IReadOnlyDictionary<TopicPartition, long> Read(string text)
    {
        using var directory = new TempDirectory();
        string path = directory.Combine("offsets.json");
        File.WriteAllText(path, text);
        return RecordsToDeleteFile.Read(path);
    }
}
