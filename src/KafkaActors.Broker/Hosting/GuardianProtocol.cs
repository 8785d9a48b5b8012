using Akka.Actor;

namespace KafkaActors.Broker.Hosting;

/// <summary>What a node's owner tells its guardian; the answers are the completions in <see cref="NodeContext"/>.</summary>
internal static class GuardianProtocol
{
    /// <summary>The cluster has let the node in: the way to serving begins.</summary>
    internal sealed record Joined : INoSerializationVerificationNeeded
    {
        public static Joined Instance { get; } = new();
    }

    /// <summary>Hand over what is led; nothing is taken any more.</summary>
    internal sealed record HandOver : INoSerializationVerificationNeeded
    {
        public static HandOver Instance { get; } = new();
    }
}
