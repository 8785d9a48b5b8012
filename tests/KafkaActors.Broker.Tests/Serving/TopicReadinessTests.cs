using System.Diagnostics;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Serving;
using KafkaActors.Broker.Tests.Handlers;

namespace KafkaActors.Broker.Tests.Serving;

public sealed class TopicReadinessTests : HandlerTest
{
    [Test]
    public async Task A_topic_that_is_served_is_not_waited_for()
    {
        await Create("test");
        Assert.That(Readiness().WhenServedAsync(["test"]).IsCompleted, Is.True);
    }

    [Test]
    public async Task What_is_unknown_or_led_elsewhere_is_not_waited_for()
    {
        await Create("elsewhere", isLed: false);
        Assert.That(Readiness().WhenServedAsync(["elsewhere", "absent"]).IsCompleted, Is.True);
    }

    [Test]
    public async Task It_ends_when_the_last_partition_is_served()
    {
        PartitionHandle first = await Create("first");
        PartitionHandle second = await Create("second");
        (LeaderRoute? one, LeaderRoute? two) = (first.Route, second.Route);
        (first.Route, second.Route) = (null, null);
        Task ready = Readiness().WhenServedAsync(["first", "second"]);
        second.Route = two;
        Partitions.NoteServed(second.Id);
        Assert.That(ready.IsCompleted, Is.False);
        first.Route = one;
        Partitions.NoteServed(first.Id);
        await ready.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(ready.IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public async Task What_is_never_served_is_not_waited_for_for_long()
    {
        PartitionHandle first = await Create("first");
        PartitionHandle second = await Create("second");
        (first.Route, second.Route) = (null, null);
        long started = Stopwatch.GetTimestamp();
        await Readiness(new HastyClock()).WhenServedAsync(["first", "second"]).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(Stopwatch.GetElapsedTime(started), Is.GreaterThan(HastyClock.Limit));
    }

    private TopicReadiness Readiness(TimeProvider? clock = null) =>
        new(Self, Partitions, () => Image, clock ?? TimeProvider.System);

    /// <summary>A clock whose time passes twenty times as fast.</summary>
    private sealed class HastyClock : TimeProvider
    {
        private const int Haste = 20;

        /// <summary>The least time that the five seconds of the limit take.</summary>
        public static TimeSpan Limit { get; } = TimeSpan.FromMilliseconds(240);

        public override long GetTimestamp() => base.GetTimestamp() * Haste;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / Haste : dueTime, period);
    }
}
