using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Topics;

namespace KafkaActors.Cli.Tests.Topics;

internal sealed class ReplicaAssignmentTextTests
{
    [Test]
    public void Commas_separate_partitions_and_colons_replicas()
    {
        Assert.That(
            ReplicaAssignmentText.Parse("1:2,3:1").Select(replicas => string.Join('+', replicas)),
            Is.EqualTo(new[] { "1+2", "3+1" }));
    }

    [Test]
    public void Nothing_given_is_no_assignment()
    {
        Assert.That(ReplicaAssignmentText.Parse(null), Is.Empty);
    }

    [TestCase("1:x")]
    [TestCase("1,,2")]
    [TestCase("")]
    public void What_is_no_assignment_is_refused(string text)
    {
        Assert.That(() => ReplicaAssignmentText.Parse(text), Throws.TypeOf<ToolException>());
    }
}
