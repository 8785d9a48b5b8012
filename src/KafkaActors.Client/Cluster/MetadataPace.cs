using Akka.Actor;

namespace KafkaActors.Client.Cluster;

/// <summary>
/// Has the metadata asked for again while something is missing from it that may come: a topic, a leader. The pauses
/// grow until it is there. Owned by one actor, which hands a <see cref="Due"/> back to <see cref="Refresh"/>.
/// </summary>
internal sealed class MetadataPace(IWithTimers actor, IActorRef cluster, Backoff backoff)
{
    public void AskLater()
    {
        if (actor.Timers.IsTimerActive(Due.Instance)) return;
        actor.Timers.StartSingleTimer(Due.Instance, Due.Instance, backoff.Next());
    }

    public void Refresh() => cluster.Tell(ClusterProtocol.Refresh.Instance);

    public void Reset() => backoff.Reset();

    internal sealed class Due : INoSerializationVerificationNeeded
    {
        public static readonly Due Instance = new();
    }
}
