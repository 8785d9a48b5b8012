using KafkaActors.Broker.Hosting;
using KafkaActors.Broker.Tests.Listener;

namespace KafkaActors.Broker.Tests.Hosting;

public sealed class MemoryReturnTests
{
    private const long Rest = 100L * 1024 * 1024;
    private const long Grown = Rest + 2 * MemoryReturn.GrowthBytes;

    private readonly ManualClock _clock = new();
    private MemoryReturn _decision = null!;

    [SetUp]
    public void CreateDecision()
    {
        _decision = new MemoryReturn(_clock);
        Assert.That(_decision.IsDue(Rest, 0), Is.False);
    }

    [Test]
    public void A_process_that_has_grown_and_is_quiet_collects_once()
    {
        Assert.That(Look(Grown), Is.True);
        _decision.Collected(Grown);
        Assert.That(Enumerable.Range(0, 100).Any(_ => Look(Grown)), Is.False, "nothing changed");
    }

    [Test]
    public void A_busy_process_is_left_to_the_collector()
    {
        Assert.That(Look(Grown, MemoryReturn.BusyBytes + 1), Is.False);
        Assert.That(Look(Grown, MemoryReturn.BusyBytes + 1), Is.True, "nothing was allocated since");
    }

    [Test]
    public void A_process_that_grows_again_at_once_collects_no_more_often_than_the_wait_allows()
    {
        int collected = 0;
        for (TimeSpan time = TimeSpan.Zero; time < TimeSpan.FromMinutes(10); time += MemoryReturn.LookInterval)
        {
            if (!Look(Grown)) continue;
            collected++;
            _decision.Collected(Rest);
        }

        Assert.That(collected, Is.EqualTo(TimeSpan.FromMinutes(10) / MemoryReturn.LeastWait));
    }

    private bool Look(long resident, long allocated = 0)
    {
        _clock.Advance(MemoryReturn.LookInterval);
        return _decision.IsDue(resident, allocated);
    }
}
