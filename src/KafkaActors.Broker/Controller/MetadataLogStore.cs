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
/// wrote is on the disk when it returns. A torn last write, which nobody was told of, is cut off when the log is
/// opened;
/// damage with whole entries behind it is refused, because those were acknowledged.
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
    private readonly List<long> _positions = [];
    private ILogFile _log;
    private MetadataOffset _first;
    private long _end;

    private MetadataLogStore(IFileSystem files, string directory)
    {
        _files = files;
        _directory = directory;
        _log = files.OpenOrCreate(LogPath);
    }

    public Promise Promised { get; private set; } = Promise.None;

    public LogSnapshot? Snapshot { get; private set; }

    /// <summary>What was found after the snapshot, at the time the store was opened.</summary>
    public ImmutableArray<MetadataEntry> Entries { get; private set; } = [];

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
    }

    /// <summary>Drops every entry behind <paramref name="after"/> and appends these.</summary>
    public void Write(MetadataOffset after, IReadOnlyList<MetadataEntry> entries)
    {
        int keep = (int)Math.Clamp(after.Value - _first.Value + 1, 0, _positions.Count);
        if (keep < _positions.Count)
        {
            _end = _positions[keep];
            _positions.RemoveRange(keep, _positions.Count - keep);
            _log.SetLength(_end);
        }

        if (_positions.Count == 0 && entries.Count > 0) _first = entries[0].Offset;
        var output = new ArrayBufferWriter<byte>();
        foreach (MetadataEntry entry in entries)
        {
            _positions.Add(_end + output.WrittenCount);
            output.Write(Frame(Body(entry)));
        }

        _log.Write(output.WrittenSpan, _end);
        _end += output.WrittenCount;
        _log.Flush();
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
        WholeFile.Write(_files, SnapshotPath, Frame(body.WrittenSpan), durable: true);
        Snapshot = snapshot;

        int drop = keepsEntries
            ? (int)Math.Clamp(snapshot.Last.Offset.Value - _first.Value + 1, 0, _positions.Count)
            : _positions.Count;
        long from = drop < _positions.Count ? _positions[drop] : _end;
        byte[] rest = new byte[_end - from];
        _log.Read(rest, from);
        _log.Dispose();
        WholeFile.Write(_files, LogPath, rest, durable: true);
        _log = _files.Open(LogPath);
        _positions.RemoveRange(0, drop);
        for (int i = 0; i < _positions.Count; i++) _positions[i] -= from;
        _first = snapshot.Last.Offset.Next();
        _end = rest.Length;
    }

    public void Dispose() => _log.Dispose();

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
            _positions.Add(_end);
            _end += FrameHeader + body.Length;
        }

        for (int position = (int)_end + 1; position < bytes.Length; position++)
            if (TryTake(bytes.AsSpan(position), out ReadOnlySpan<byte> later) && IsLaterEntry(later, entries))
                throw Damaged(LogPath, $"the bytes at {_end} are no entry, and whole entries follow them");
        if (_end < bytes.Length)
        {
            _log.SetLength(_end);
            _log.Flush();
        }

        _first = entries.Count > 0 ? entries[0].Offset : new MetadataOffset(0);
        Entries = AfterSnapshot(entries.ToImmutable());
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

    private static LogDirectoryException Damaged(string path, string why) =>
        new($"{path} is damaged: {why}; restore the directory, "
            + "or give the node an empty one and admit it as a new voter");
}
