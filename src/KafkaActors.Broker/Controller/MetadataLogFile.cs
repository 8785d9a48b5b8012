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
/// <c>metadata.log</c>: a <see cref="MetadataFrame"/> for each entry, whose body is int64 offset, int32 epoch, events.
/// What a method wrote is on the disk when it returns; so is what was found when the file was opened. Owned by a
/// <see cref="MetadataLogStore"/>.
/// </summary>
internal sealed class MetadataLogFile : IDisposable
{
    private const int EntryHeader = sizeof(long) + sizeof(int);

    private readonly IFileSystem _files;
    private readonly List<(long Position, int Epoch)> _written = [];
    private ILogFile _file;

    private MetadataLogFile(IFileSystem files, string path)
    {
        _files = files;
        Path = path;
        _file = files.OpenOrCreate(path);
    }

    public string Path { get; }

    public MetadataOffset First { get; private set; }

    /// <summary>Of the last entry; null while there is none.</summary>
    public LogPosition? Last => _written.Count > 0
        ? new LogPosition(_written[^1].Epoch, new MetadataOffset(First.Value + _written.Count - 1))
        : null;

    /// <summary>The position in the file behind the last entry.</summary>
    public long End { get; private set; }

    /// <summary>The entries that were found when the file was opened.</summary>
    public ImmutableArray<MetadataEntry> Found { get; private set; } = [];

    /// <summary>The bytes behind the last entry that were found when the file was opened: no entry.</summary>
    public byte[] Tail { get; private set; } = [];

    /// <summary>The last whole entry among those bytes: then they are no torn write, but damage.</summary>
    public LogPosition? BehindDamage { get; private set; }

    /// <exception cref="LogDirectoryException">An entry does not follow the one before it.</exception>
    public static MetadataLogFile Open(IFileSystem files, string path)
    {
        var log = new MetadataLogFile(files, path);
        try
        {
            log.Load();
            // A process that was killed may have written more than it brought to the disk; from here on it counts.
            if (log.Last is not null) log._file.Flush();
            return log;
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>The whole entries that a file begins with. Writes nothing.</summary>
    public static IReadOnlyList<MetadataEntry> EntriesIn(IFileSystem files, string path)
    {
        byte[] bytes = WholeFile.Read(files, path) ?? [];
        var entries = new List<MetadataEntry>();
        int end = 0;
        while (MetadataFrame.TryTake(bytes.AsSpan(end), out ReadOnlySpan<byte> body))
        {
            entries.Add(Entry(body, path));
            end += MetadataFrame.HeaderSize + body.Length;
        }

        return entries;
    }

    public int? EpochAt(MetadataOffset offset)
    {
        long index = offset.Value - First.Value;
        return index >= 0 && index < _written.Count ? _written[(int)index].Epoch : null;
    }

    /// <summary>Drops every entry behind the offset; on the disk with the next write or flush.</summary>
    /// <param name="beforeCut">Is told where the log will end, before anything is cut.</param>
    public void TruncateAfter(MetadataOffset offset, Action<LogPosition?> beforeCut)
    {
        int keep = (int)Math.Clamp(offset.Value - First.Value + 1, 0, _written.Count);
        if (keep == _written.Count) return;
        End = _written[keep].Position;
        _written.RemoveRange(keep, _written.Count - keep);
        beforeCut(Last);
        _file.SetLength(End);
    }

    public void Append(IReadOnlyList<MetadataEntry> entries)
    {
        if (_written.Count == 0 && entries.Count > 0) First = entries[0].Offset;
        var output = new ArrayBufferWriter<byte>();
        foreach (MetadataEntry entry in entries)
        {
            _written.Add((End + output.WrittenCount, entry.Epoch));
            output.Write(MetadataFrame.Of(Body(entry)));
        }

        _file.Write(output.WrittenSpan, End);
        End += output.WrittenCount;
        _file.Flush();
    }

    /// <summary>Drops every entry up to the offset, or all of them, by replacing the file.</summary>
    public void DropUpTo(MetadataOffset offset, bool keepsRest)
    {
        int drop = keepsRest
            ? (int)Math.Clamp(offset.Value - First.Value + 1, 0, _written.Count)
            : _written.Count;
        long from = drop < _written.Count ? _written[drop].Position : End;
        byte[] rest = new byte[End - from];
        _file.Read(rest, from);
        _file.Dispose();
        WholeFile.Write(_files, Path, rest, durable: true);
        _file = _files.Open(Path);
        _written.RemoveRange(0, drop);
        for (int i = 0; i < _written.Count; i++) _written[i] = (_written[i].Position - from, _written[i].Epoch);
        First = offset.Next();
        End = rest.Length;
    }

    public void CutTail()
    {
        _file.SetLength(End);
        _file.Flush();
        Tail = [];
    }

    public void Dispose() => _file.Dispose();

    private void Load()
    {
        byte[] bytes = WholeFile.Read(_files, Path) ?? [];
        var entries = ImmutableArray.CreateBuilder<MetadataEntry>();
        while (MetadataFrame.TryTake(bytes.AsSpan((int)End), out ReadOnlySpan<byte> body))
        {
            MetadataEntry entry = Entry(body, Path);
            if (entries.Count > 0 && entry.Offset != entries[^1].Offset.Next())
                throw MetadataLogStore.Damaged(
                    Path, $"entry {entry.Offset} does not follow entry {entries[^1].Offset}");
            entries.Add(entry);
            _written.Add((End, entry.Epoch));
            End += MetadataFrame.HeaderSize + body.Length;
        }

        Tail = bytes[(int)End..];
        First = entries.Count > 0 ? entries[0].Offset : new MetadataOffset(0);
        Found = entries.ToImmutable();
        BehindDamage = LastIn(Tail);
    }

    /// <summary>The last whole entry in bytes that do not begin with one.</summary>
    private LogPosition? LastIn(byte[] bytes)
    {
        LogPosition? last = null;
        for (int position = 1; position < bytes.Length; position++)
        {
            if (!MetadataFrame.TryTake(bytes.AsSpan(position), out ReadOnlySpan<byte> body)
                || body.Length < EntryHeader)
                continue;
            LogPosition entry = PositionOf(body);
            if (entry.Offset > (Last?.Offset ?? MetadataOffset.None) && (last is null || entry > last)) last = entry;
            position += MetadataFrame.HeaderSize + body.Length - 1;
        }

        return last;
    }

    private static MetadataEntry Entry(ReadOnlySpan<byte> body, string path)
    {
        if (body.Length < EntryHeader) throw MetadataLogStore.Damaged(path, "an entry is too short");
        LogPosition position = PositionOf(body);
        return new MetadataEntry(
            position.Offset, position.Epoch, MetadataLogStore.Events(body[EntryHeader..], path));
    }

    private static LogPosition PositionOf(ReadOnlySpan<byte> body) => new(
        BinaryPrimitives.ReadInt32BigEndian(body[sizeof(long)..]),
        new MetadataOffset(BinaryPrimitives.ReadInt64BigEndian(body)));

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
}
