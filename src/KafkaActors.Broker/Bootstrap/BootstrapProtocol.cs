using System.Collections.Immutable;
using Akka.Actor;
using KafkaActors.Coordination.Bootstrap;

namespace KafkaActors.Broker.Bootstrap;

/// <summary>What bootstrap actors say to each other before their nodes are members, and what their node tells them.
/// </summary>
internal static class BootstrapProtocol
{
    /// <summary>Asks where a node stands; says where the asker does.</summary>
    /// <param name="Question">Comes back with the answer.</param>
    internal sealed record Ask(long Question, NodeStanding From);

    internal sealed record Answer(long Question, NodeStanding From);

    /// <summary>The node's voter runs: it may become a member now, as was decided.</summary>
    internal sealed record Enter : INoSerializationVerificationNeeded
    {
        public static Enter Instance { get; } = new();
    }

    /// <summary>The node's metadata names its cluster, and where its voters are.</summary>
    internal sealed record Known(string ClusterId, ImmutableArray<string> VoterAddresses)
        : INoSerializationVerificationNeeded;
}
