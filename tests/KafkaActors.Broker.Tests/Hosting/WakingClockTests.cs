using KafkaActors.Broker.Hosting;
using KafkaActors.Broker.Tests.Listener;

namespace KafkaActors.Broker.Tests.Hosting;

public sealed class WakingClockTests
{
    private readonly ManualClock _time = new();

    [Test]
    public void Time_that_is_seen_to_pass_passes()
    {
        using var clock = new WakingClock(_time);
        long start = clock.GetTimestamp();
        for (int i = 0; i < 50; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(200));
            clock.GetTimestamp();
        }

        Assert.That(clock.GetElapsedTime(start), Is.EqualTo(TimeSpan.FromSeconds(10)));
    }

    [TestCase(2)]
    [TestCase(6)]
    [TestCase(60)]
    [TestCase(86_400)]
    public void Time_that_is_slept_through_is_one_beat(int seconds)
    {
        using var clock = new WakingClock(_time);
        long start = clock.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.That(clock.GetElapsedTime(start), Is.EqualTo(TimeSpan.FromMilliseconds(250)));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.That(clock.GetElapsedTime(start), Is.EqualTo(TimeSpan.FromMilliseconds(350)), "it goes on");
    }

    [Test]
    public void What_everybodys_watch_says_goes_on()
    {
        using var clock = new WakingClock(_time);
        DateTimeOffset before = clock.GetUtcNow();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(clock.GetUtcNow() - before, Is.EqualTo(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public void A_blink_is_no_sleep()
    {
        using var clock = new WakingClock(_time);
        long start = clock.GetTimestamp();
        _time.Advance(TimeSpan.FromMilliseconds(900));
        Assert.That(clock.GetElapsedTime(start), Is.EqualTo(TimeSpan.FromMilliseconds(900)));
    }

    [Test]
    public async Task It_never_goes_back_for_threads_that_ask_at_the_same_time()
    {
        using var clock = new WakingClock(_time);
        using var stop = new CancellationTokenSource();
        Task<bool>[] readers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            long last = clock.GetTimestamp();
            while (!stop.IsCancellationRequested)
            {
                long now = clock.GetTimestamp();
                if (now < last) return false;
                last = now;
            }

            return true;
        }))];
        for (int i = 0; i < 2_000; i++) _time.Advance(TimeSpan.FromSeconds(i % 3));
        await stop.CancelAsync();
        Assert.That(await Task.WhenAll(readers), Is.All.True);
    }
}
