using System.Collections.Immutable;
using KafkaActors.Broker.Controller;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;
using KafkaActors.Storage.Files;

namespace KafkaActors.Broker.Tests.Controller;

/// <summary>A directory for a metadata log, and what is written there.</summary>
public abstract class MetadataLogStoreTest
{
    protected string DirectoryPath { get; private set; } = "";

    protected string Root { get; private set; } = "";

    protected string LogPath => Path.Combine(DirectoryPath, "metadata.log");

    protected string MarkPath => DirectoryPath + AcknowledgedMark.Suffix;

    [SetUp]
    public void CreateDirectory()
    {
        Root = Directory.CreateTempSubdirectory("metadata-log-").FullName;
        DirectoryPath = Path.Combine(Root, ControllerServices.DirectoryName);
    }

    [TearDown]
    public void DeleteDirectory() => Directory.Delete(Root, recursive: true);

    private protected MetadataLogStore Open() => MetadataLogStore.Open(PhysicalFileSystem.Instance, DirectoryPath);

    private protected static ImmutableArray<long> Offsets(MetadataLogStore store) =>
        [.. store.Entries.Select(entry => entry.Offset.Value)];

    protected static MetadataEntry Entry(long offset, int epoch = 1) => new(
        new MetadataOffset(offset), epoch, [new MetadataEvent.ControllerStarted(new NodeId((int)offset), epoch)]);

    protected static MetadataEntry Formed(int voters) => new(
        new MetadataOffset(0),
        1,
        [
            new MetadataEvent.ClusterFormed(
                "cluster",
                [.. Enumerable.Range(1, voters).Select(node => new Voter(
                    new NodeId(node), new DirectoryId(new Guid(node, 0, 0, new byte[8]))))]),
        ]);

    protected static LogSnapshot Snapshot(long offset, int epoch = 1) => new(
        new LogPosition(epoch, new MetadataOffset(offset)),
        [new MetadataEvent.ControllerStarted(new NodeId(1), epoch)]);
}
