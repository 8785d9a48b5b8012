namespace KafkaActors.Network.Tests;

public sealed class ReconnectBackoffTests
{
    [Test]
    public void Pauses_double_up_to_the_limit_within_a_fifth_and_begin_again_after_a_success()
    {
        var backoff = new ReconnectBackoff(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1), new Random(1));
        foreach (double expectedMs in (double[])[50, 100, 200, 400, 800, 1000, 1000])
            Assert.That(backoff.Next().TotalMilliseconds, Is.EqualTo(expectedMs).Within(20).Percent);
        backoff.Reset();
        Assert.That(backoff.Next().TotalMilliseconds, Is.EqualTo(50).Within(20).Percent);
    }

    [Test]
    public void Clients_that_lost_a_broker_together_do_not_return_together()
    {
        TimeSpan[] pauses = [.. Enumerable.Range(0, 20).Select(seed =>
            new ReconnectBackoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(9), new Random(seed)).Next())];
        Assert.That(pauses.Distinct().Count(), Is.GreaterThan(15));
    }
}
