using System.Buffers.Binary;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;
using KafkaActors.Storage.Files;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// How far a voter has acknowledged its metadata log: what tells a last entry that rotted, or a log that was replaced
/// by an older one, from a write that nobody was told of. A file beside the log's directory, so that it is not replaced
/// together with it; big-endian:
/// <code>
/// position bytes type   name     meaning
///        0     4 int32  epoch    of the last acknowledged entry
///        4     8 int64  offset   of that entry; -1 while there is none
///       12     4 int32  promise  the epoch of the last promise
///       16     4 uint32 crc      CRC-32C of everything before it
/// </code>
/// It is written in place after each fsync of the log and before the answer, and not brought to the disk itself: that
/// would double the cost of every entry. After a kill it is exact, because the page cache lives on. After a power cut
/// it may be behind, by what the system keeps unwritten (about 30 s), and never ahead of the log: it is brought to the
/// disk before the log is made shorter than it says. So a log that ends below the mark has lost acknowledged entries,
/// always; one that ends with garbage above it may have, only after a power cut.
/// Owned by a <see cref="MetadataLogStore"/>.
/// </summary>
internal sealed class AcknowledgedMark : IDisposable
{
    public const string Suffix = ".acknowledged";

    private const int Size = sizeof(int) + sizeof(long) + sizeof(int) + sizeof(uint);
    private const int Covered = Size - sizeof(uint);

    private readonly ILogFile _file;

    private AcknowledgedMark(ILogFile file, string path)
    {
        _file = file;
        Path = path;
    }

    public string Path { get; }

    /// <summary>Whether there is a file that is no mark.</summary>
    public bool IsBroken => !IsKnown && _file.Length > 0;

    /// <summary>Whether a mark could be read; without one it is not known what was acknowledged.</summary>
    public bool IsKnown { get; private set; }

    public LogPosition Last { get; private set; } = LogPosition.Empty;

    public int PromisedEpoch { get; private set; }

    public static AcknowledgedMark Open(IFileSystem files, string directory)
    {
        string path = System.IO.Path.TrimEndingDirectorySeparator(directory) + Suffix;
        var mark = new AcknowledgedMark(files.OpenOrCreate(path), path);
        mark.Load();
        return mark;
    }

    /// <summary>The log holds everything up to an entry, on the disk.</summary>
    public void Set(LogPosition last, int promisedEpoch)
    {
        if (IsKnown && last == Last && promisedEpoch == PromisedEpoch) return;
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteInt32BigEndian(bytes, last.Epoch);
        BinaryPrimitives.WriteInt64BigEndian(bytes[4..], last.Offset.Value);
        BinaryPrimitives.WriteInt32BigEndian(bytes[12..], promisedEpoch);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[Covered..], Crc32C.Compute(bytes[..Covered]));
        _file.Write(bytes, 0);
        (IsKnown, Last, PromisedEpoch) = (true, last, promisedEpoch);
    }

    /// <summary>The log is about to be made shorter than the mark says; on the disk on return.</summary>
    public void Lower(LogPosition last)
    {
        Set(last, PromisedEpoch);
        _file.Flush();
    }

    public void Dispose() => _file.Dispose();

    private void Load()
    {
        Span<byte> bytes = stackalloc byte[Size];
        bool isWhole = _file.Read(bytes, 0) == Size
            && BinaryPrimitives.ReadUInt32BigEndian(bytes[Covered..]) == Crc32C.Compute(bytes[..Covered]);
        if (!isWhole) return;
        IsKnown = true;
        Last = new LogPosition(
            BinaryPrimitives.ReadInt32BigEndian(bytes),
            new MetadataOffset(BinaryPrimitives.ReadInt64BigEndian(bytes[4..])));
        PromisedEpoch = BinaryPrimitives.ReadInt32BigEndian(bytes[12..]);
    }
}
