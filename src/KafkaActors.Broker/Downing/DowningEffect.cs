using KafkaActors.Coordination.Causes;

namespace KafkaActors.Broker.Downing;

/// <summary>What the owner of a <see cref="DowningCore"/> has to do.</summary>
internal abstract record DowningEffect
{
    /// <summary>To the node at that address; it may get lost.</summary>
    internal sealed record Ask(string Address, ReachabilityProtocol.Question Question) : DowningEffect;

    /// <summary>To who has just asked.</summary>
    internal sealed record Reply(ReachabilityProtocol.Answer Answer) : DowningEffect;

    /// <summary>Try whether the address takes connections, and hand in the outcome.</summary>
    /// <param name="IsSecond">A moment after the first try.</param>
    internal sealed record Knock(Peer Peer, bool IsSecond) : DowningEffect;

    /// <summary>The process has to leave the cluster.</summary>
    /// <param name="IsConfirmed">It is dead for certain: nothing has to be waited for.</param>
    /// <param name="Says">How many voters say so.</param>
    /// <param name="Voters">The set that counts.</param>
    internal sealed record Down(Peer Peer, bool IsConfirmed, int Says, VoterSet Voters) : DowningEffect
    {
        public Cause Cause => Cause.Of(
            IsConfirmed ? CauseKind.NodeConfirmedDead : CauseKind.NodeDowned,
            $"node {Peer.Node}",
            ("uid", Peer.Uid),
            (IsConfirmed ? "voters refused" : "voters not hearing", Says),
            ("voters", Voters.Voters.Length),
            ("voters at offset", Voters.Offset.Value));
    }

    /// <summary>This process has to end.</summary>
    /// <param name="Reason">For a person.</param>
    /// <param name="Counted">How many voters that was taken from.</param>
    /// <param name="Voters">The set that counts; null when none is known.</param>
    internal sealed record DownSelf(SelfDowning Reason, int Counted, VoterSet? Voters) : DowningEffect
    {
        public Cause Cause => Cause.Of(
            CauseKind.NodeDowned,
            "this node",
            (Reason == SelfDowning.Removed ? "voters saying gone" : "voters heard", Counted),
            ("voters", Voters?.Voters.Length ?? 0),
            ("voters at offset", Voters?.Offset.Value ?? -1));
    }
}
