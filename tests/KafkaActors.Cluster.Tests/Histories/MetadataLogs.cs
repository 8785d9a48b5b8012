using System.Buffers.Binary;
using KafkaActors.TestKit.Clusters;

namespace KafkaActors.Cluster.Tests.Histories;

/// <summary>
/// The voters' metadata logs as they are on their disks, read here by their layout alone (a frame is int32 length,
/// uint32 checksum and the body: int64 offset, int32 epoch, events): where two logs have an entry of one offset and
/// epoch, that entry and every one before it is the same in both, and epochs never fall within a log. What a log does
/// not have any more, because a snapshot stands for it, is not compared.
/// </summary>
internal static class MetadataLogs
{
    private const string FileName = "metadata.log";
    private const int FrameHeader = 8;
    private const int EntryHeader = 12;

    public static void AssertAgree(ClusterOfProcesses cluster)
    {
        (int Node, SortedDictionary<long, Entry> Log)[] logs =
        [
            .. cluster.Nodes.Where(node => cluster.Layout.Voters.Contains(node.Id))
                .Select(node => (node.Id, Read(DirectoryOf(cluster, node)))),
        ];
        foreach ((int node, SortedDictionary<long, Entry> log) in logs)
        {
            Assert.That(log.Values.Select(entry => entry.Epoch), Is.Ordered, $"epochs of the log of node {node}");
        }

        for (int i = 0; i < logs.Length; i++)
            for (int j = i + 1; j < logs.Length; j++) AssertAgree(logs[i], logs[j]);
    }

    private static void AssertAgree(
        (int Node, SortedDictionary<long, Entry> Log) one, (int Node, SortedDictionary<long, Entry> Log) other)
    {
        bool agreesBehind = false;
        foreach ((long offset, Entry entry) in one.Log.Reverse())
        {
            if (!other.Log.TryGetValue(offset, out Entry? its)) continue;
            if (!agreesBehind && its.Epoch != entry.Epoch) continue;
            agreesBehind = true;
            bool isSame = its.Epoch == entry.Epoch && its.Events.AsSpan().SequenceEqual(entry.Events);
            Assert.That(isSame, Is.True, $"nodes {one.Node} and {other.Node} have the same entry {offset}");
        }
    }

    private static string DirectoryOf(ClusterOfProcesses cluster, ClusterNode node) =>
        cluster.Layout.MetadataDirectoryOf(node.Id) ?? node.DataDirectory;

    /// <summary>Up to the first frame that is not whole: the node may be writing it.</summary>
    private static SortedDictionary<long, Entry> Read(string directory)
    {
        SortedDictionary<long, Entry> entries = [];
        string path = Directory.EnumerateFiles(directory, FileName, SearchOption.AllDirectories).Single();
        ReadOnlySpan<byte> rest = File.ReadAllBytes(path);
        while (rest.Length >= FrameHeader)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(rest);
            if (length < EntryHeader || length > rest.Length - FrameHeader) break;
            ReadOnlySpan<byte> body = rest.Slice(FrameHeader, length);
            entries[BinaryPrimitives.ReadInt64BigEndian(body)] = new Entry(
                BinaryPrimitives.ReadInt32BigEndian(body[sizeof(long)..]), body[EntryHeader..].ToArray());
            rest = rest[(FrameHeader + length)..];
        }

        return entries;
    }

    private sealed record Entry(int Epoch, byte[] Events);
}
