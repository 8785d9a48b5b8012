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
/// opened. A log that has lost what was acknowledged is refused: by whole entries behind the damage, or by the
/// <see cref="AcknowledgedMark"/>, which says how far it was. A single voter must not go on with less, since it would
/// serve, and commit, as if what is lost had never been; a person can decide that it shall.
/// <code>
/// metadata.promise   one frame: int32 epoch, int32 candidate node, 16 bytes incarnation
/// metadata.snapshot  one frame: int32 epoch and int64 offset of the last entry, events (MetadataEventCodec)
/// metadata.log       a frame for each entry: int64 offset, int32 epoch, events
/// frame              int32 length of the body, uint32 CRC-32C of the body, body
/// </code>
/// Promise and snapshot are replaced whole, by a rename. The log is replaced only to drop what a snapshot stands for;
/// until then entries that both have are skipped. Owned by the <see cref="VoterActor"/>; not safe for concurrent use.
/// </summary>
internal sealed class MetadataLogStore : IDisposable
{
    private const int FrameHeader = sizeof(int) + sizeof(uint);

    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly AcknowledgedMark _mark;
    private readonly List<LogDamage> _damages = [];
    private readonly List<(long Position, int Epoch)> _written = [];
    private ILogFile _log;
    private MetadataOffset _first;
    private long _end;
    private byte[] _tail = [];

    private MetadataLogStore(IFileSystem files, string directory)
    {
        _files = files;
        _directory = directory;
        _mark = AcknowledgedMark.Open(files, directory);
        _log = files.OpenOrCreate(LogPath);
    }

    public Promise Promised { get; private set; } = Promise.None;

    public LogSnapshot? Snapshot { get; private set; }

    /// <summary>What was found after the snapshot, at the time the store was opened.</summary>
    public ImmutableArray<MetadataEntry> Entries { get; private set; } = [];

    /// <summary>What was cut off when the store was opened, and what could not be read.</summary>
    public IReadOnlyList<LogDamage> Damages => _damages;

    private string LogPath => Path.Combine(_directory, "metadata.log");

    private string PromisePath => Path.Combine(_directory, "metadata.promise");

    private string SnapshotPath => Path.Combine(_directory, "metadata.snapshot");

    /// <exception cref="LogDirectoryException">The files are damaged; the message says which and what to
    /// do.</exception>
    public static MetadataLogStore Open(IFileSystem files, string directory)
    {
        files.CreateDirectory(directory);
        var store = new MetadataLogStore(files, directory);
        try
        {
            store.LoadPromise();
            store.LoadSnapshot();
            store.LoadEntries();
            store.CheckMark();
            store.CutTail();
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
        WholeFile.Write(_files, PromisePath, Frame(body), durable: true);
        Promised = promise;
        Mark();
    }

    /// <summary>Drops every entry behind <paramref name="after"/> and appends these.</summary>
    public void Write(MetadataOffset after, IReadOnlyList<MetadataEntry> entries)
    {
        int keep = (int)Math.Clamp(after.Value - _first.Value + 1, 0, _written.Count);
        if (keep < _written.Count)
        {
            _end = _written[keep].Position;
            _written.RemoveRange(keep, _written.Count - keep);
            if (_mark.Last.Offset > Last.Offset) _mark.Lower(Last);
            _log.SetLength(_end);
        }

        if (_written.Count == 0 && entries.Count > 0) _first = entries[0].Offset;
        var output = new ArrayBufferWriter<byte>();
        foreach (MetadataEntry entry in entries)
        {
            _written.Add((_end + output.WrittenCount, entry.Epoch));
            output.Write(Frame(Body(entry)));
        }

        _log.Write(output.WrittenSpan, _end);
        _end += output.WrittenCount;
        _log.Flush();
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
        if (!keepsEntries && _mark.Last.Offset > snapshot.Last.Offset) _mark.Lower(LogPosition.Empty);
        WholeFile.Write(_files, SnapshotPath, Frame(body.WrittenSpan), durable: true);
        Snapshot = snapshot;

        int drop = keepsEntries
            ? (int)Math.Clamp(snapshot.Last.Offset.Value - _first.Value + 1, 0, _written.Count)
            : _written.Count;
        long from = drop < _written.Count ? _written[drop].Position : _end;
        byte[] rest = new byte[_end - from];
        _log.Read(rest, from);
        _log.Dispose();
        WholeFile.Write(_files, LogPath, rest, durable: true);
        _log = _files.Open(LogPath);
        _written.RemoveRange(0, drop);
        for (int i = 0; i < _written.Count; i++) _written[i] = (_written[i].Position - from, _written[i].Epoch);
        _first = snapshot.Last.Offset.Next();
        _end = rest.Length;
        Mark();
    }

    public void Dispose()
    {
        _log.Dispose();
        _mark.Dispose();
    }

    /// <summary>The last entry that the store holds, in its log or its snapshot.</summary>
    private LogPosition Last => _written.Count > 0
        ? new LogPosition(_written[^1].Epoch, new MetadataOffset(_first.Value + _written.Count - 1))
        : Snapshot?.Last ?? LogPosition.Empty;

    private void Mark() => _mark.Set(Last, Promised.Epoch);

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

    private void LoadSnapshot()
    {
        if (WholeFile.Read(_files, SnapshotPath) is not { } bytes) return;
        ReadOnlySpan<byte> body = Whole(bytes, SnapshotPath);
        if (body.Length < 12) throw Damaged(SnapshotPath, "it is too short");
        var last = new LogPosition(
            BinaryPrimitives.ReadInt32BigEndian(body),
            new MetadataOffset(BinaryPrimitives.ReadInt64BigEndian(body[4..])));
        Snapshot = new LogSnapshot(last, Events(body[12..], SnapshotPath));
    }

    private void LoadEntries()
    {
        byte[] bytes = WholeFile.Read(_files, LogPath) ?? [];
        var entries = ImmutableArray.CreateBuilder<MetadataEntry>();
        while (TryTake(bytes.AsSpan((int)_end), out ReadOnlySpan<byte> body))
        {
            MetadataEntry entry = Entry(body);
            if (entries.Count > 0 && entry.Offset != entries[^1].Offset.Next())
                throw Damaged(LogPath, $"entry {entry.Offset} does not follow entry {entries[^1].Offset}");
            entries.Add(entry);
            _written.Add((_end, entry.Epoch));
            _end += FrameHeader + body.Length;
        }

        for (int position = (int)_end + 1; position < bytes.Length; position++)
            if (TryTake(bytes.AsSpan(position), out ReadOnlySpan<byte> later) && IsLaterEntry(later, entries))
                throw Damaged(LogPath, $"the bytes at {_end} are no entry, and whole entries follow them");
        _tail = bytes[(int)_end..];
        _first = entries.Count > 0 ? entries[0].Offset : new MetadataOffset(0);
        Entries = AfterSnapshot(entries.ToImmutable());
    }

    /// <summary>Whether all is there that was acknowledged.</summary>
    private void CheckMark()
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

        if (!_mark.IsKnown) return;
        if (Promised.Epoch < _mark.PromisedEpoch)
        {
            throw Incomplete(
                PromisePath, $"it promises epoch {Promised.Epoch}, epoch {_mark.PromisedEpoch} was promised");
        }

        LogPosition acknowledged = _mark.Last;
        if (acknowledged.Offset <= (Snapshot?.Last.Offset ?? MetadataOffset.None)) return;
        int index = (int)(acknowledged.Offset.Value - _first.Value);
        if (index >= 0 && index < _written.Count && _written[index].Epoch == acknowledged.Epoch) return;
        string broken = _tail.Length > 0 ? $", the {_tail.Length} bytes from position {_end} on are no entry" : "";
        throw Incomplete(
            LogPath,
            $"it ends with entry {Last.Offset.Value} of epoch {Last.Epoch}{broken}; "
            + $"entry {acknowledged.Offset.Value} of epoch {acknowledged.Epoch} was acknowledged");
    }

    /// <summary>
    /// Cuts off what is no entry and was never acknowledged. Unless it is the beginning of one, it is kept: after a
    /// power cut the mark may be behind.
    /// </summary>
    private void CutTail()
    {
        if (_tail.Length == 0) return;
        bool isTorn = _tail.Length < FrameHeader
            || BinaryPrimitives.ReadInt32BigEndian(_tail) > _tail.Length - FrameHeader;
        string kept = $"{LogPath}-{_end}.cut";
        if (!isTorn) WholeFile.Write(_files, kept, _tail, durable: true);
        _damages.Add(new LogDamage
        {
            Kind = isTorn ? LogDamageKind.TornTail : LogDamageKind.Cut,
            Path = LogPath,
            Position = _end,
            What = isTorn ? "the last write was not whole" : "the last bytes are no entry",
            Outcome = $"the metadata log was cut behind entry {Last.Offset.Value}",
            Bytes = _tail.Length,
            KeptAs = isTorn ? null : kept,
            Remedy = isTorn
                ? "nothing is to be done: it was not acknowledged"
                : "if topics or settings are missing, restore the directory from a backup; else remove the kept file",
        });
        _log.SetLength(_end);
        _log.Flush();
        _tail = [];
    }

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
                : throw Damaged(LogPath, $"it begins with entry {entries[0].Offset}, and there is no snapshot");
        }

        LogPosition last = Snapshot.Last;
        if (entries.IsEmpty || entries[0].Offset == last.Offset.Next()) return entries;
        if (entries[0].Offset > last.Offset)
            throw Damaged(
                LogPath, $"it begins with entry {entries[0].Offset}, and the snapshot ends with {last.Offset}");
        bool agrees = entries.Any(entry => entry.Offset == last.Offset && entry.Epoch == last.Epoch);
        SaveSnapshot(Snapshot, agrees);
        return agrees ? [.. entries.Where(entry => entry.Offset > last.Offset)] : [];
    }

    private static bool IsLaterEntry(ReadOnlySpan<byte> body, ImmutableArray<MetadataEntry>.Builder entries)
    {
        if (body.Length < 12) return false;
        long offset = BinaryPrimitives.ReadInt64BigEndian(body);
        return offset > (entries.Count > 0 ? entries[^1].Offset.Value : -1);
    }

    private MetadataEntry Entry(ReadOnlySpan<byte> body)
    {
        if (body.Length < 12) throw Damaged(LogPath, "an entry is too short");
        return new MetadataEntry(
            new MetadataOffset(BinaryPrimitives.ReadInt64BigEndian(body)),
            BinaryPrimitives.ReadInt32BigEndian(body[8..]),
            Events(body[12..], LogPath));
    }

    private static ImmutableArray<MetadataEvent> Events(ReadOnlySpan<byte> bytes, string path)
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

    private static byte[] Body(MetadataEntry entry)
    {
        var body = new ArrayBufferWriter<byte>();
        BinaryPrimitives.WriteInt64BigEndian(body.GetSpan(8), entry.Offset.Value);
        body.Advance(8);
        BinaryPrimitives.WriteInt32BigEndian(body.GetSpan(4), entry.Epoch);
        body.Advance(4);
        MetadataEventCodec.Write(body, entry.Events);
        return body.WrittenSpan.ToArray();
    }

    private static byte[] Frame(ReadOnlySpan<byte> body)
    {
        byte[] frame = new byte[FrameHeader + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, body.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), Crc32C.Compute(body));
        body.CopyTo(frame.AsSpan(FrameHeader));
        return frame;
    }

    private static bool TryTake(ReadOnlySpan<byte> source, out ReadOnlySpan<byte> body)
    {
        body = default;
        if (source.Length < FrameHeader) return false;
        int length = BinaryPrimitives.ReadInt32BigEndian(source);
        if (length < 1 || length > source.Length - FrameHeader) return false;
        body = source.Slice(FrameHeader, length);
        return Crc32C.Compute(body) == BinaryPrimitives.ReadUInt32BigEndian(source[4..]);
    }

    private static ReadOnlySpan<byte> Whole(byte[] bytes, string path) =>
        TryTake(bytes, out ReadOnlySpan<byte> body) && body.Length == bytes.Length - FrameHeader
            ? body
            : throw Damaged(path, "its checksum does not match");

    private LogDirectoryException Incomplete(string path, string why) => new(
        $"{path} has lost what this voter has acknowledged: {why}; restore {_directory} from a backup, or, to go on "
        + $"with what is left, remove {_mark.Path}: topics that are not known then are set aside, not deleted");

    private static LogDirectoryException Damaged(string path, string why) =>
        new($"{path} is damaged: {why}; restore the directory, "
            + "or give the node an empty one and admit it as a new voter");
}
