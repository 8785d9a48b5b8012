using KafkaActors.Cli.Groups;
using KafkaActors.Cli.Invocation;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Tests.Groups;

internal sealed class ResetFileTests
{
    private static readonly NewOffset[] Exported =
    [
        new("g", "orders", 0, 5), new("g", "orders", 1, 0), new("h", "logs", 2, 9_000_000_000),
    ];

    [Test]
    public void What_was_exported_of_one_group_is_read_back()
    {
        string[] lines = [.. ResetFile.Lines(Exported[..2], isOneGroup: true)];
        var read = ResetFile.Parse(lines, "g");

        Assert.That(lines, Is.EqualTo(new[] { "orders,0,5", "orders,1,0" }));
        Assert.That(read.Keys, Is.EqualTo(new[] { "g" }));
        Assert.That(read["g"], Is.EqualTo(new Dictionary<TopicPartition, long>
        {
            [new TopicPartition("orders", 0)] = 5, [new TopicPartition("orders", 1)] = 0,
        }));
    }

    [Test]
    public void What_was_exported_of_several_groups_is_read_back()
    {
        string[] lines = [.. ResetFile.Lines(Exported, isOneGroup: false)];
        var read = ResetFile.Parse(lines, null);

        Assert.That(lines[2], Is.EqualTo("h,logs,2,9000000000"));
        Assert.That(read.Keys, Is.EquivalentTo(new[] { "g", "h" }));
        Assert.That(read["h"][new TopicPartition("logs", 2)], Is.EqualTo(9_000_000_000));
    }

    [Test]
    public void Blank_lines_and_quotes_do_not_matter()
    {
        var read = ResetFile.Parse(["\"orders\", 0, 5\r", "", "  "], "g");

        Assert.That(read["g"][new TopicPartition("orders", 0)], Is.EqualTo(5));
    }

    [TestCase("orders,0", "g")]
    [TestCase("orders,0,-5", "g")]
    [TestCase("orders,first,5", "g")]
    [TestCase(",0,5", "g")]
    [TestCase("g,orders,0,5,6", "g")]
    [TestCase("orders,0,5", null)]
    public void What_is_no_offset_is_named(string line, string? group)
    {
        Assert.That(() => ResetFile.Parse([line], group), Throws.TypeOf<ToolException>().With.Message.Contains(line));
    }

    [Test]
    public void A_partition_has_one_offset()
    {
        Assert.That(() => ResetFile.Parse(["t,0,1", "t,0,2"], "g"), Throws.TypeOf<ToolException>());
    }
}
