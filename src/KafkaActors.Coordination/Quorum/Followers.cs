using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Quorum.QuorumProtocol;

namespace KafkaActors.Coordination.Quorum;

/// <summary>
/// How far each node that a controller sends its log to has followed: voters, and nodes that may become one.
/// A node counts for a voter only while the directory that answers on it is the voter's. Owned by one
/// <see cref="LeadingLog"/>.
/// </summary>
internal sealed class Followers(QuorumRules rules)
{
    private readonly Dictionary<NodeId, PeerProgress> _peers = [];

    public IEnumerable<KeyValuePair<NodeId, PeerProgress>> All => _peers;

    public PeerProgress? Of(NodeId node) => _peers.GetValueOrDefault(node);

    /// <returns>Whether the node is new; one that is known keeps its place.</returns>
    public bool TryAdd(NodeId node, LogPosition previous, long tick) =>
        _peers.TryAdd(node, new PeerProgress(previous, tick));

    /// <summary>The greatest offset that a majority of the voters has on disk.</summary>
    public MetadataOffset MajorityOffset(ImmutableArray<Voter> voters)
    {
        MetadataOffset[] matched = [.. voters.Select(MatchedBy).OrderDescending()];
        return matched[matched.Length / 2];
    }

    /// <summary>The last round that a majority of the voters has answered.</summary>
    public long MajorityRound(ImmutableArray<Voter> voters)
    {
        long[] rounds = [.. voters.Select(RoundOf).OrderDescending()];
        return rounds[rounds.Length / 2];
    }

    /// <summary>
    /// The newest tick at which a majority of the voters had been heard. The voter of the controller's own
    /// node cannot be missed here: it is in the same process. Whether its disk moves is another question.
    /// </summary>
    public long MajorityHeardAt(NodeId own, long now, ImmutableArray<Voter> voters)
    {
        long[] heard = [.. voters.Select(voter => voter.Node == own ? now : HeardAt(voter)).OrderDescending()];
        return heard[heard.Length / 2];
    }

    public bool IsMajorityHeardSince(long tick, ImmutableArray<Voter> voters) =>
        voters.Count(voter => _peers.ContainsKey(voter.Node) && HeardAt(voter) >= tick) > voters.Length / 2;

    /// <summary>The voters that have not been heard since the tick.</summary>
    public IEnumerable<Voter> Unheard(long tick, ImmutableArray<Voter> voters) =>
        voters.Where(voter => !_peers.ContainsKey(voter.Node) || HeardAt(voter) < tick);

    /// <summary>
    /// The directory that answers on the node, once it holds all up to the offset and while it is heard; otherwise
    /// null.
    /// </summary>
    public Voter? CaughtUp(NodeId node, MetadataOffset offset, long since) =>
        _peers.TryGetValue(node, out PeerProgress? peer) && peer.Matched.Offset >= offset && peer.AnsweredAt >= since
            ? peer.Voter
            : null;

    /// <summary>What this directory has on disk.</summary>
    public MetadataOffset MatchedBy(Voter voter)
    {
        PeerProgress peer = _peers[voter.Node];
        return peer.Voter == voter || rules.CountsForeignDirectories ? peer.Matched.Offset : MetadataOffset.None;
    }

    /// <summary>
    /// What the voters are to remember of each other. Only what is committed: the rest may be cut by a later
    /// controller, and whoever is cut then stands below what it had acknowledged without having lost anything.
    /// </summary>
    public ImmutableArray<Remembered> Memories(int epoch, LogPosition committed) =>
        [.. _peers.Values.Where(peer => peer.Voter is not null && peer.Matched > LogPosition.Empty)
            .Select(peer => new Remembered(
                peer.Voter!.Value, epoch, peer.Matched < committed ? peer.Matched : committed))];

    private long RoundOf(Voter voter) =>
        _peers.TryGetValue(voter.Node, out PeerProgress? peer) && peer.Voter == voter ? peer.Round : NoRound;

    private long HeardAt(Voter voter) => _peers[voter.Node].HeardAt(voter);
}
