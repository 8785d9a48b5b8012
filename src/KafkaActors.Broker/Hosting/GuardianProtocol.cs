using Akka.Actor;

namespace KafkaActors.Broker.Hosting;

/// <summary>What a node's owner tells its guardian; what comes of it completes in <see cref="NodeContext"/>.</summary>
internal static class GuardianProtocol
{
    /// <summary>Hand over what is led; nothing is taken any more.</summary>
    internal sealed record HandOver : INoSerializationVerificationNeeded
    {
        public static HandOver Instance { get; } = new();
    }
}
