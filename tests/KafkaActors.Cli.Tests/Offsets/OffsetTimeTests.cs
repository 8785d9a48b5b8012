using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Offsets;

namespace KafkaActors.Cli.Tests.Offsets;

internal sealed class OffsetTimeTests
{
    [TestCase("-1", -1)]
    [TestCase("latest", -1)]
    [TestCase("-2", -2)]
    [TestCase("Earliest", -2)]
    [TestCase("-3", -3)]
    [TestCase("max-timestamp", -3)]
    [TestCase("1700000000000", 1700000000000)]
    public void Words_and_numbers_name_a_time(string text, long expected)
    {
        Assert.That(OffsetTime.Parse(text), Is.EqualTo(expected));
    }

    [TestCase("-7")]
    [TestCase("yesterday")]
    public void What_is_no_time_is_refused(string text)
    {
        Assert.That(() => OffsetTime.Parse(text), Throws.TypeOf<ToolException>());
    }
}
