using System.Globalization;
using Akka.Actor;
using Akka.Event;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Coordinators;

/// <summary>
/// Keeps how far a coordinator is with its topic, and says it in the node's log: once, when every partition is loaded
/// or found to be unreadable, and until then after five seconds, ten, twenty and so on: a partition whose only replica
/// is away for a day is no reason to fill the log. Used by the coordinator's actor alone.
/// </summary>
internal sealed class LoadingLog(ICoordinatorTenant tenant, CoordinatorClock clock, ILoggingAdapter log)
{
    private static readonly TimeSpan FirstInterval = TimeSpan.FromSeconds(5);

    private TimeSpan _startedAt;
    private TimeSpan _interval = FirstInterval;

    public CoordinatorStatus Status { get; private set; } = CoordinatorStatus.Starting(tenant.Topic, default);

    /// <summary>Nothing of the topic is loaded under the epoch.</summary>
    public void Begin(CoordinatorEpoch epoch)
    {
        _startedAt = clock.Now;
        _interval = FirstInterval;
        Status = CoordinatorStatus.Starting(tenant.Topic, epoch);
    }

    /// <summary>Says from time to time how far it is.</summary>
    public void Watch(ITimerScheduler timers)
    {
        if (Status.LoadedIn is null && Status.Partitions.Length > 0)
            timers.StartSingleTimer(Tick.Instance, Tick.Instance, _interval);
    }

    public void OnTick(ITimerScheduler timers)
    {
        if (Status.LoadedIn is not null) return;
        Say();
        _interval *= 2;
        Watch(timers);
    }

    public void Note(int partition, CoordinatedPartitionStatus status)
    {
        Status = Status.With(partition, status);
        if (Status.LoadedIn is not null || !Status.IsSettled) return;
        Status = Status with { LoadedIn = clock.Now - _startedAt };
        Say();
    }

    private void Say()
    {
        TimeSpan time = Status.LoadedIn ?? clock.Now - _startedAt;
        log.Info(
            "The {0} has loaded {1} of {2} partitions of {3}: {4} in {5} s.",
            tenant.Name,
            Status.Loaded,
            Status.Partitions.Length,
            tenant.Topic,
            $"{Status.Records} records of {Status.Keys} {tenant.KeyName}s",
            time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture));
    }

    internal sealed record Tick : INoSerializationVerificationNeeded
    {
        public static Tick Instance { get; } = new();
    }
}
