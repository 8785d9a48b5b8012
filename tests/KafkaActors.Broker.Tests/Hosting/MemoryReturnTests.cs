using KafkaActors.Broker.Hosting;
using KafkaActors.Broker.Tests.Listener;

namespace KafkaActors.Broker.Tests.Hosting;

public sealed class MemoryReturnTests
{
    private const long Rest = 100L * 1024 * 1024;
    private const long Grown = Rest + 2 * MemoryReturn.GrowthBytes;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly ManualClock _clock = new();
    private MemoryReturn _decision = null!;

    [SetUp]
    public void CreateDecision()
    {
        _decision = new MemoryReturn(_clock, Rest);
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
    public void A_flood_before_the_first_look_is_growth_as_well()
    {
        Assert.That(new MemoryReturn(_clock, Rest).IsDue(Grown, 0), Is.True);
    }

    [Test]
    public void A_busy_process_is_left_to_the_collector()
    {
        Assert.That(Look(Grown, MemoryReturn.BusyBytes + 1), Is.False);
        Assert.That(Look(Grown, MemoryReturn.BusyBytes + 1), Is.True, "nothing was allocated since");
    }

    [Test]
    public void A_flood_is_followed_by_a_collection_however_often_it_comes()
    {
        Assert.That(Collections(Rest + 2 * MemoryReturn.FloodBytes), Is.EqualTo(Hour / MemoryReturn.LeastWait));
    }

    [Test]
    public void A_process_that_always_grows_a_little_again_collects_less_and_less_often()
    {
        Assert.That(Collections(Grown), Is.InRange(Hour / MemoryReturn.MostWait, 2 * Hour / MemoryReturn.MostWait));
    }

    private int Collections(long resident)
    {
        int collected = 0;
        for (TimeSpan time = TimeSpan.Zero; time < Hour; time += MemoryReturn.LookInterval)
        {
            if (!Look(resident)) continue;
            collected++;
            _decision.Collected(Rest);
        }

        return collected;
    }

    private bool Look(long resident, long allocated = 0)
    {
        _clock.Advance(MemoryReturn.LookInterval);
        return _decision.IsDue(resident, allocated);
    }
}
