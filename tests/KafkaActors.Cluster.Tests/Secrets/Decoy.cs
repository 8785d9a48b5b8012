using Akka.Actor;

namespace KafkaActors.Cluster.Tests.Secrets;

/// <summary>An internal actor of a node, as seen from outside: counts what reaches it.</summary>
internal sealed class Decoy : UntypedActor
{
    private static int _started;
    private static int _heard;

    public Decoy() => Interlocked.Increment(ref _started);

    /// <summary>How many of them there have been in this process.</summary>
    public static int Started => Volatile.Read(ref _started);

    public static int Heard => Volatile.Read(ref _heard);

    protected override void OnReceive(object message) => Interlocked.Increment(ref _heard);
}
