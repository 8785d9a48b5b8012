using KafkaActors.Cli.Invocation;

namespace KafkaActors.Cli.Dump;

/// <summary>Prints one file of a log, and notes what is wrong with it in a line each.</summary>
internal abstract class LogFileDump
{
    public static LogFileDump For(string path, DumpSettings settings)
    {
        if (!File.Exists(path)) throw new ToolException($"there is no file '{path}'.");
        return Path.GetExtension(path) switch
        {
            ".log" => new SegmentDump(path, settings),
            ".index" => new OffsetIndexDump(path, settings),
            ".timeindex" => new TimeIndexDump(path, settings),
            ".snapshot" => new ProducerSnapshotDump(path),
            _ => throw new ToolException(
                $"'{path}' is no file of a log: its name must end in .log, .index, .timeindex or .snapshot."),
        };
    }

    /// <summary>Prints to <paramref name="output"/> and adds to <paramref name="problems"/>.</summary>
    public abstract void Print(ByteOutput output, ICollection<string> problems, CancellationToken stop);

    /// <summary>The base offset that a segment's files are named after.</summary>
    protected static long BaseOffsetOf(string path) =>
        long.TryParse(Path.GetFileNameWithoutExtension(path), out long offset)
            ? offset
            : throw new ToolException($"'{path}' is not named after an offset, as in 00000000000000000000.log.");
}
