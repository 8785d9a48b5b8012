using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;

namespace KafkaActors.Coordination.Controllers;

/// <summary>
/// The committed metadata as a node has it: applies what a controller feeds it, in order. Invariant: every image is
/// that of a committed offset, and none is older than the last. An entry that cannot be applied is the end: its node
/// must stop, and until then says and applies nothing more, so that nobody goes on with an image that lacks it. Pure;
/// owned by one node's follower.
/// </summary>
public sealed class FollowedMetadata
{
    public MetadataImage Image { get; private set; } = MetadataImage.Empty;

    /// <summary>Why this node cannot go on, with offset and kind; null while it can.</summary>
    public string? Fault { get; private set; }

    /// <summary>Whether anything was fed yet.</summary>
    public bool IsFed { get; private set; }

    public FollowStep Take(ControllerProtocol.IFeed feed)
    {
        if (Fault is not null) return default;
        try
        {
            return feed switch
            {
                ControllerProtocol.Fed fed => Apply(fed.Entries),
                ControllerProtocol.FedSnapshot fed => Load(fed.Snapshot),
                _ => default,
            };
        }
        catch (Exception cause) when (cause is InvalidOperationException or UnsupportedMetadataException)
        {
            Fault = $"the committed metadata cannot be followed: {cause.Message}";
            return default;
        }
    }

    private FollowStep Apply(ImmutableArray<MetadataEntry> entries)
    {
        IsFed = true;
        MetadataImage before = Image;
        ImmutableArray<MetadataEntry> news = [.. entries.SkipWhile(entry => entry.Offset <= before.Offset)];
        if (news.IsEmpty) return default;
        if (news[0].Offset != before.Offset.Next()) return new FollowStep(null, AsksAgain: true);
        MetadataImage after = before;
        foreach (MetadataEntry entry in news) after = after.Apply(entry);
        Image = after;
        return new FollowStep(MetadataDelta.Of(before, news, after), AsksAgain: false);
    }

    private FollowStep Load(LogSnapshot snapshot)
    {
        IsFed = true;
        MetadataImage before = Image;
        if (snapshot.Last.Offset <= before.Offset) return default;
        Image = snapshot.ToImage();
        return new FollowStep(MetadataDelta.Between(before, Image), AsksAgain: true);
    }
}
