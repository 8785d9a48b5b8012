using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;
using KafkaActors.Storage;
using KafkaActors.Storage.Files;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// One voter's disk: its promise, its snapshot and the entries after it, each a file of one directory. What a method
/// wrote is on the disk when it returns. A torn last write, of which nobody was told, is cut off when the log is
/// opened. A log that has lost what was acknowledged, by whole entries behind the damage or by the
/// <see cref="AcknowledgedMark"/>, which says how far it was, is refilled by the other voters where it names some: what
/// is behind the damage is set aside, and <see cref="RefillUntil"/> says from where on the voter is one again. A single
/// voter must not go on with less, since it would serve, and commit, as if what is lost had never been; it is refused,
/// and a person can decide that it shall.
/// <code>
/// metadata.promise   one frame: int32 epoch, int32 candidate node, 16 bytes incarnation
/// metadata.snapshot  one frame: int32 epoch and int64 offset of the last entry, events (MetadataEventCodec)
/// metadata.log       see MetadataLogFile
/// </code>
/// Promise and snapshot are replaced whole, by a rename. The log is replaced only to drop what a snapshot stands for;
/// until then entries that both have are skipped. Owned by the <see cref="VoterActor"/>; not safe for concurrent use.
/// </summary>
internal sealed class MetadataLogStore : IDisposable
{
    public const string LogName = "metadata.log";

    private const string SnapshotName = "metadata.snapshot";

    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly AcknowledgedMark _mark;
    private readonly List<LogDamage> _damages = [];
    private readonly MetadataLogFile _log;

    private MetadataLogStore(IFileSystem files, string directory)
    {
        _files = files;
        _directory = directory;
        _mark = AcknowledgedMark.Open(files, directory);
        try
        {
            _log = MetadataLogFile.Open(files, Path.Combine(directory, LogName));
        }
        catch
        {
            _mark.Dispose();
            throw;
        }
    }

    public Promise Promised { get; private set; } = Promise.None;

    public LogSnapshot? Snapshot { get; private set; }

    /// <summary>What was found after the snapshot, at the time the store was opened.</summary>
    public ImmutableArray<MetadataEntry> Entries { get; private set; } = [];

    /// <summary>What was cut off when the store was opened, and what could not be read.</summary>
    public IReadOnlyList<LogDamage> Damages => _damages;

    /// <summary>
    /// What was acknowledged and is lost: the voter promises nothing until its log has passed it. Empty when nothing
    /// is. It outlives the process in the mark.
    /// </summary>
    public LogPosition RefillUntil { get; private set; } = LogPosition.Empty;

    private string PromisePath => Path.Combine(_directory, "metadata.promise");

    private string SnapshotPath => Path.Combine(_directory, SnapshotName);

    /// <summary>The last entry that the store holds, in its log or its snapshot.</summary>
    private LogPosition Last => _log.Last ?? Snapshot?.Last ?? LogPosition.Empty;

    /// <exception cref="LogDirectoryException">The files are damaged; the message says which and what to
    /// do.</exception>
    public static MetadataLogStore Open(IFileSystem files, string directory)
    {
        files.CreateDirectory(directory);
        var store = new MetadataLogStore(files, directory);
        try
        {
            store.LoadPromise();
            store.Snapshot = SnapshotIn(files, directory);
            store.Entries = store.AfterSnapshot(store._log.Found);
            store.CheckPromise();
            store.CheckLog();
            store.CutTail();
            store.FinishSnapshot();
            store.Mark();
            files.FlushDirectory(directory);
            files.FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(directory))!);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    public void SavePromise(Promise promise)
    {
        byte[] body = new byte[(2 * sizeof(int)) + 16];
        BinaryPrimitives.WriteInt32BigEndian(body, promise.Epoch);
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(4), promise.Candidate.Value);
        promise.Incarnation.TryWriteBytes(body.AsSpan(8), bigEndian: true, out _);
        WholeFile.Write(_files, PromisePath, MetadataFrame.Of(body), durable: true);
        Promised = promise;
        Mark();
    }

    /// <summary>Drops every entry behind <paramref name="after"/> and appends these.</summary>
    public void Write(MetadataOffset after, IReadOnlyList<MetadataEntry> entries)
    {
        _log.TruncateAfter(after, last =>
        {
            LogPosition end = last ?? Snapshot?.Last ?? LogPosition.Empty;
            if (_mark.Last.Offset > end.Offset) _mark.Lower(Acknowledged(end));
        });
        _log.Append(entries);
        Mark();
    }

    /// <summary>Keeps the snapshot, and of the entries those after it, or none.</summary>
    public void SaveSnapshot(LogSnapshot snapshot, bool keepsEntries)
    {
        var body = new ArrayBufferWriter<byte>();
        BinaryPrimitives.WriteInt32BigEndian(body.GetSpan(4), snapshot.Last.Epoch);
        body.Advance(4);
        BinaryPrimitives.WriteInt64BigEndian(body.GetSpan(8), snapshot.Last.Offset.Value);
        body.Advance(8);
        MetadataEventCodec.Write(body, snapshot.Events);
        // Of another log than ours: which of the two the next start finds is not known until both are on the disk.
        if (!keepsEntries && _mark.Last.Offset > snapshot.Last.Offset) _mark.Lower(RefillUntil);
        WholeFile.Write(_files, SnapshotPath, MetadataFrame.Of(body.WrittenSpan), durable: true);
        Snapshot = snapshot;
        _log.DropUpTo(snapshot.Last.Offset, keepsEntries);
        Mark();
    }

    public void Dispose()
    {
        _log.Dispose();
        _mark.Dispose();
    }

    internal static ImmutableArray<MetadataEvent> Events(ReadOnlySpan<byte> bytes, string path)
    {
        try
        {
            return MetadataEventCodec.Read(bytes);
        }
        catch (MetadataFormatException cause)
        {
            throw Damaged(path, cause.Message);
        }
    }

    internal static LogDirectoryException Damaged(string path, string why) =>
        new($"{path} is damaged: {why}; restore the directory, "
            + "or give the node an empty one and admit it as a new voter");

    /// <summary>What others may count on: what is there, or while the log is refilled still what was lost.</summary>
    private LogPosition Acknowledged(LogPosition last) => last < RefillUntil ? RefillUntil : last;

    private void Mark()
    {
        if (Last >= RefillUntil) RefillUntil = LogPosition.Empty;
        _mark.Set(Acknowledged(Last), Promised.Epoch);
    }

    private void LoadPromise()
    {
        if (WholeFile.Read(_files, PromisePath) is not { } bytes) return;
        ReadOnlySpan<byte> body = Whole(bytes, PromisePath);
        if (body.Length != 24) throw Damaged(PromisePath, "it has another length");
        Promised = new Promise(
            BinaryPrimitives.ReadInt32BigEndian(body),
            new NodeId(BinaryPrimitives.ReadInt32BigEndian(body[4..])),
            new Guid(body[8..], bigEndian: true));
    }

    /// <summary>The snapshot in a log's directory, or null. Writes nothing.</summary>
    public static LogSnapshot? SnapshotIn(IFileSystem files, string directory)
    {
        string path = Path.Combine(directory, SnapshotName);
        if (WholeFile.Read(files, path) is not { } bytes) return null;
        ReadOnlySpan<byte> body = Whole(bytes, path);
        if (body.Length < 12) throw Damaged(path, "it is too short");
        var last = new LogPosition(
            BinaryPrimitives.ReadInt32BigEndian(body),
            new MetadataOffset(BinaryPrimitives.ReadInt64BigEndian(body[4..])));
        return new LogSnapshot(last, Events(body[12..], path));
    }

    private void CheckPromise()
    {
        if (_mark.IsBroken)
        {
            _damages.Add(new LogDamage
            {
                Kind = LogDamageKind.Contradiction,
                Path = _mark.Path,
                What = "it is no mark of this version",
                Outcome = "whether the metadata log is complete cannot be told",
                Remedy = "check the disk",
            });
        }

        if (_mark.IsKnown && Promised.Epoch < _mark.PromisedEpoch)
            throw Incomplete(
                PromisePath, $"it promises epoch {Promised.Epoch}, epoch {_mark.PromisedEpoch} was promised");
    }

    /// <summary>Whether all is there that was acknowledged; if not, whether there are others to have it from.</summary>
    private void CheckLog()
    {
        LogPosition lost = _log.BehindDamage ?? LogPosition.Empty;
        bool isMarkHeld = !_mark.IsKnown || Holds(_mark.Last);
        if (!isMarkHeld && _mark.Last > lost) lost = _mark.Last;
        if (isMarkHeld && lost <= Last) return;
        if (new MetadataLog(Snapshot, Entries).Voters.Length > 1)
        {
            RefillUntil = lost;
            _mark.Lower(lost);
            if (_log.Tail.Length == 0) _damages.Add(ToRefill(LogDamageKind.Missing, "entries are missing"));
            return;
        }

        if (_log.BehindDamage is not null)
            throw Damaged(_log.Path, $"the bytes at {_log.End} are no entry, and whole entries follow them");
        string broken = _log.Tail.Length > 0
            ? $", the {_log.Tail.Length} bytes from position {_log.End} on are no entry"
            : "";
        throw Incomplete(
            _log.Path,
            $"it ends with entry {Last.Offset.Value} of epoch {Last.Epoch}{broken}; "
            + $"entry {lost.Offset.Value} of epoch {lost.Epoch} was acknowledged");
    }

    private bool Holds(LogPosition acknowledged) =>
        acknowledged.Offset <= (Snapshot?.Last.Offset ?? MetadataOffset.None)
        || _log.EpochAt(acknowledged.Offset) == acknowledged.Epoch
        // The mark was left behind by a log that has gone another way since.
        || Last.Epoch > acknowledged.Epoch;

    /// <summary>
    /// Cuts off what is no entry. Unless it is the beginning of one, which was never acknowledged, it is kept: after a
    /// power cut the mark may be behind.
    /// </summary>
    private void CutTail()
    {
        if (_log.Tail.Length == 0) return;
        bool isRefilled = Last < RefillUntil;
        bool isTorn = !isRefilled && MetadataFrame.IsTorn(_log.Tail);
        string kept = $"{_log.Path}-{_log.End}.cut";
        if (!isTorn) WholeFile.Write(_files, kept, _log.Tail, durable: true);
        LogDamage damage = isRefilled
            ? ToRefill(LogDamageKind.Cut, "the bytes there are no entry")
            : new LogDamage
            {
                Kind = isTorn ? LogDamageKind.TornTail : LogDamageKind.Cut,
                Path = _log.Path,
                What = isTorn ? "the last write was not whole" : "the last bytes are no entry",
                Outcome = $"the metadata log was cut behind entry {Last.Offset.Value}",
                Remedy = isTorn
                    ? "nothing is to be done: it was not acknowledged"
                    : "if topics or settings are missing, restore the directory from a backup; else remove the kept "
                        + "file",
            };
        _damages.Add(damage with
        {
            Position = _log.End, Bytes = _log.Tail.Length, KeptAs = isTorn ? null : kept,
        });
        _log.CutTail();
    }

    private LogDamage ToRefill(LogDamageKind kind, string what) => new()
    {
        Kind = kind,
        Path = _log.Path,
        What = $"{what}, and entry {RefillUntil.Offset.Value} of epoch {RefillUntil.Epoch} was acknowledged",
        Outcome = $"the metadata log ends with entry {Last.Offset.Value}, and this voter promises nothing until the "
            + "controller has sent it the rest",
        Remedy = "nothing is to be done if a majority of the voters is left without it; else restore the directory "
            + "from a backup",
    };

    /// <summary>
    /// A crash between a snapshot and the cut of the log leaves entries that the snapshot stands for, or, when the log
    /// had gone another way, entries that must not be kept.
    /// </summary>
    private ImmutableArray<MetadataEntry> AfterSnapshot(ImmutableArray<MetadataEntry> entries)
    {
        if (Snapshot is null)
        {
            return entries.IsEmpty || entries[0].Offset.Value == 0
                ? entries
                : throw Damaged(_log.Path, $"it begins with entry {entries[0].Offset}, and there is no snapshot");
        }

        LogPosition last = Snapshot.Last;
        if (entries.IsEmpty || entries[0].Offset == last.Offset.Next()) return entries;
        if (entries[0].Offset > last.Offset)
            throw Damaged(
                _log.Path, $"it begins with entry {entries[0].Offset}, and the snapshot ends with {last.Offset}");
        return _log.EpochAt(last.Offset) == last.Epoch ? [.. entries.Where(entry => entry.Offset > last.Offset)] : [];
    }

    private void FinishSnapshot()
    {
        if (Snapshot is not { } snapshot || _log.Last is null || _log.First > snapshot.Last.Offset) return;
        SaveSnapshot(snapshot, _log.EpochAt(snapshot.Last.Offset) == snapshot.Last.Epoch);
    }

    private static ReadOnlySpan<byte> Whole(byte[] bytes, string path) =>
        MetadataFrame.TryTake(bytes, out ReadOnlySpan<byte> body)
            && body.Length == bytes.Length - MetadataFrame.HeaderSize
            ? body
            : throw Damaged(path, "its checksum does not match");

    private LogDirectoryException Incomplete(string path, string why) => new(
        $"{path} has lost what this voter has acknowledged: {why}; restore {_directory} from a backup, or, to go on "
        + $"with what is left, remove {_mark.Path}: topics that are not known then are set aside, not deleted");
}
