using KafkaActors.Coordination.Quorum;

namespace KafkaActors.Coordination.Tests.Quorum;

public sealed class TwoCandidatesTests
{
    private const int SchedulesInCase = 1_000;

    [Test]
    public void Of_a_standby_and_the_singleton_at_once_one_serves_an_epoch_and_one_is_left([Range(0, 9)] int thousand)
    {
        for (int i = 0; i < SchedulesInCase; i++)
        {
            int seed = (thousand * SchedulesInCase) + i;
            var both = new TwoCandidates(seed, QuorumRules.Correct);
            both.Run(120);
            both.Calm(25);
            Assert.That(both.SharedEpochs, Is.Empty, $"seed {seed}");
            Assert.That(both.TwiceCommitted, Is.Empty, $"seed {seed}");
            Assert.That(both.Serving, Is.EqualTo(1), $"seed {seed}");
        }
    }

    /// <summary>The schedules are such that a voter's mistake shows.</summary>
    [Test]
    public void A_voter_that_promises_one_epoch_to_both_is_found_out()
    {
        QuorumRules wrong = QuorumRules.Correct with { GrantsEqualEpochs = true };
        int found = 0;
        for (int seed = 0; seed < SchedulesInCase && found == 0; seed++)
        {
            var both = new TwoCandidates(seed, wrong);
            both.Run(120);
            found = both.SharedEpochs.Count;
        }

        Assert.That(found, Is.Positive);
    }
}
