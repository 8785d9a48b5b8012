using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Quorum;

/// <summary>
/// What a voter's owner has to do, in the order given; nothing is answered before what stands in front is on disk.
/// </summary>
public abstract record VoterEffect
{
    public sealed record SavePromise(Promise Promise) : VoterEffect;

    /// <summary>Drops every entry behind <paramref name="After"/> and writes these.</summary>
    public sealed record WriteEntries(MetadataOffset After, ImmutableArray<MetadataEntry> Entries) : VoterEffect;

    /// <summary>
    /// Saves the snapshot, and then drops the entries it stands for; or, when it is not
    /// <paramref name="KeepsEntries"/>,
    /// all of them.
    /// </summary>
    public sealed record SaveSnapshot(LogSnapshot Snapshot, bool KeepsEntries) : VoterEffect;

    public sealed record Reply(QuorumProtocol.IReply Message) : VoterEffect;
}
