using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Quorum;

/// <summary>
/// The conversation between a controller, or one that wants to be it, and each voter. Requests and replies may be lost,
/// doubled and reordered; a reply names the promise it was asked under and is dropped by any other controller.
/// </summary>
public static class QuorumProtocol
{
    /// <summary>A snapshot's answer belongs to no round.</summary>
    public const long NoRound = -1;

    public interface IRequest
    {
        /// <summary>Who asks.</summary>
        Promise Asker { get; }
    }

    public interface IReply
    {
        /// <summary>Of the request.</summary>
        Promise Asker { get; }

        /// <summary>Who answers: only this directory's word counts.</summary>
        Voter From { get; }
    }

    /// <summary>
    /// What a voter once had on disk, as a controller told the others: it has that for ever, or its disk went back in
    /// time.
    /// </summary>
    /// <param name="Epoch">Of a controller that it followed.</param>
    /// <param name="Last">A committed entry of its log; no later controller has it cut.</param>
    public readonly record struct Remembered(Voter Voter, int Epoch, LogPosition Last)
    {
        internal Remembered And(Remembered other) => new(
            Voter, Math.Max(Epoch, other.Epoch), Last > other.Last ? Last : other.Last);
    }

    /// <summary>Asks a voter where it stands. Changes nothing.</summary>
    public sealed record Query(Promise Asker) : IRequest;

    /// <param name="Voters">The voter set of its log.</param>
    /// <param name="Others">What it remembers of the other voters.</param>
    /// <param name="IsRefilling">Its log has lost what it had acknowledged: it promises nothing yet.</param>
    /// <param name="IsLed">It has heard its controller lately.</param>
    public sealed record Status(
        Promise Asker,
        Voter From,
        string ClusterId,
        Promise Promised,
        LogPosition Last,
        ImmutableArray<Voter> Voters,
        ImmutableArray<Remembered> Others,
        bool IsRefilling = false,
        bool IsLed = false) : IReply;

    /// <summary>Asks a voter to follow the asker and nobody of a lower epoch.</summary>
    /// <param name="Voters">
    /// The voter set of the most complete log that the asker saw; a directory outside it does not promise, whatever
    /// its own log says.
    /// </param>
    public sealed record RequestPromise(Promise Asker, string ClusterId, ImmutableArray<Voter> Voters) : IRequest;

    /// <param name="Standing">Where the voter stands; the promise in it is the one that holds now.</param>
    public sealed record PromiseAnswered(Promise Asker, Voter From, bool IsGranted, Status Standing) : IReply;

    /// <summary>Asks a node that keeps the log, voter or not, for it.</summary>
    /// <param name="After">What the asker has; if it lies before a snapshot, the snapshot comes first.</param>
    public sealed record FetchLog(Promise Asker, LogPosition After) : IRequest;

    /// <param name="After">Of the request.</param>
    /// <param name="Common">The same, or when the voter's log does not hold it the last place where it might.</param>
    public sealed record LogFetched(
        Promise Asker,
        Voter From,
        LogPosition After,
        LogPosition Common,
        LogSnapshot? Snapshot,
        ImmutableArray<MetadataEntry> Entries) : IReply;

    /// <summary>
    /// Replicates entries, or with none of them says that the controller lives and what is committed.
    /// </summary>
    /// <param name="Previous">The position right before the first entry.</param>
    /// <param name="Round">
    /// The controller's count of its rounds: whoever answers this still followed it after the round had begun.
    /// </param>
    public sealed record Append(
        Promise Asker,
        string ClusterId,
        LogPosition Previous,
        ImmutableArray<MetadataEntry> Entries,
        MetadataOffset Committed,
        ImmutableArray<Remembered> Others,
        long Round) : IRequest;

    /// <summary>Replaces a log that lies before the controller's.</summary>
    public sealed record InstallSnapshot(Promise Asker, string ClusterId, LogSnapshot Snapshot) : IRequest;

    /// <param name="Promised">What the voter is bound to: if it is not the asker, the append was refused.</param>
    /// <param name="IsMatch">Whether the log holds the asker's up to <paramref name="Position"/>, on disk.</param>
    /// <param name="Previous">Of the request.</param>
    /// <param name="Position">If it does not match: the last place where it might.</param>
    /// <param name="Round">Of the request; <see cref="NoRound"/> where it named none.</param>
    public sealed record Appended(
        Promise Asker,
        Voter From,
        Promise Promised,
        bool IsMatch,
        LogPosition Previous,
        LogPosition Position,
        long Round) : IReply;
}
