using KafkaActors.Storage.Cleaning;

namespace KafkaActors.Storage.Tests.Cleaning;

public sealed class IoThrottleTests
{
    [Test]
    public void All_callers_together_are_held_to_the_rate()
    {
        var time = new ManualTime();
        var throttle = new IoThrottle(1_000, time);
        Assert.That(throttle.Charge(500), Is.EqualTo(TimeSpan.FromMilliseconds(500)));
        Assert.That(throttle.Charge(1_000), Is.EqualTo(TimeSpan.FromMilliseconds(1_500)));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(throttle.Charge(250), Is.EqualTo(TimeSpan.FromMilliseconds(750)));
    }

    [Test]
    public void Time_that_passed_idle_is_not_made_up_for()
    {
        var time = new ManualTime();
        var throttle = new IoThrottle(1_000, time);
        time.Advance(TimeSpan.FromHours(1));
        Assert.That(throttle.Charge(100), Is.EqualTo(TimeSpan.FromMilliseconds(100)));
    }

    [Test]
    public void Without_a_limit_nobody_waits()
    {
        var throttle = new IoThrottle(double.MaxValue, new ManualTime());
        Assert.That(throttle.Charge(long.MaxValue), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void A_stop_cuts_the_wait_short()
    {
        var throttle = new IoThrottle(1, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.That(() => throttle.Pay(long.MaxValue, stop.Token), Throws.InstanceOf<OperationCanceledException>());
    }
}
