using KafkaActors.Coordination.Groups.Consumers;

namespace KafkaActors.Coordination.Tests.Groups.Consumers;

/// <summary>
/// No partition ever has two owners, whatever consumers, topics and coordinators do. A test's name has its seed.
/// </summary>
public sealed class ConsumerGroupScheduleTests
{
    private const int Steps = 400;

    private static readonly ConsumerGroupRules[] PlantedBugs =
        [new() { IgnoresHolders = true }, new() { TrustsSilence = true }];

    [Test]
    public void A_partition_has_one_owner_at_most_and_every_partition_has_one_in_the_end([Range(1, 16)] int seed)
    {
        var schedule = new ConsumerSchedule(seed, ConsumerGroupRules.Correct);
        Assert.That(() => schedule.Run(Steps), Throws.Nothing);
        schedule.ComeToRest();
    }

    [TestCaseSource(nameof(PlantedBugs))]
    public void A_schedule_notices_a_rule_that_is_broken(object bug) => Assert.That(
        Enumerable.Range(1, 10).Count(seed => Finds((ConsumerGroupRules)bug, seed)),
        Is.GreaterThanOrEqualTo(3),
        "seeds of ten");

    private static bool Finds(ConsumerGroupRules bug, int seed)
    {
        try
        {
            new ConsumerSchedule(seed, bug).Run(Steps);
            return false;
        }
        catch (InvariantViolatedException)
        {
            return true;
        }
    }
}
