using KafkaActors.Cli.Invocation;

namespace KafkaActors.Cli.Dump;

/// <summary>What the two indexes of a segment have in common: fixed-size entries, and a log beside them.</summary>
internal static class IndexFile
{
    public static byte[] Read(string path, int entrySize, ICollection<string> problems)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        if (bytes.Length % entrySize != 0)
            problems.Add($"{path}: {bytes.Length} bytes are no whole number of entries of {entrySize} bytes.");
        return bytes;
    }

    public static SegmentReader OpenLog(string indexPath)
    {
        string log = Path.ChangeExtension(indexPath, ".log");
        if (File.Exists(log)) return new SegmentReader(log);
        throw new ToolException(
            $"'{log}' is missing, which '{Path.GetFileName(indexPath)}' is checked against; "
            + "--index-sanity-check does without it.");
    }
}
