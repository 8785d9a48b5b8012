using KafkaActors.Cli.Configs;
using KafkaActors.Cli.Invocation;

namespace KafkaActors.Cli.Tests.Configs;

internal sealed class ConfigAssignmentsTests
{
    [Test]
    public void Brackets_hold_commas_together()
    {
        Assert.That(
            ConfigAssignments.Parse("retention.ms=1000,cleanup.policy=[compact,delete], x=").Select(p => $"{p}"),
            Is.EqualTo(new[] { "[retention.ms, 1000]", "[cleanup.policy, compact,delete]", "[x, ]" }));
    }

    [TestCase("retention.ms")]
    [TestCase("=5")]
    public void What_is_no_assignment_is_refused(string text)
    {
        Assert.That(() => ConfigAssignments.Parse(text), Throws.TypeOf<ToolException>());
    }
}
