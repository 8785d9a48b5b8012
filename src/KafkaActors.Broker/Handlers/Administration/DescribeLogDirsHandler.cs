using KafkaActors.Broker.Partitions;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>
/// DescribeLogDirs: what lies in this node's data directories, and how full their disks are (KIP-827).
/// </summary>
internal sealed class DescribeLogDirsHandler(NodeServices services)
    : AsyncApiHandler<DescribeLogDirsRequest>(ApiKey.DescribeLogDirs)
{
    protected override Task<IResponseMessage> HandleAsync(DescribeLogDirsRequest request, RequestContext context) =>
        services.Node.ColdReads.Run<IResponseMessage>(() => Describe(request));

    private DescribeLogDirsResponse Describe(DescribeLogDirsRequest request)
    {
        HashSet<(string Topic, int Partition)>? asked = request.Topics is null
            ? null
            : [.. request.Topics.SelectMany(topic => topic.Partitions.Select(index => (topic.Topic, index)))];
        IEnumerable<PartitionHandle> partitions = services.Node.Partitions.All
            .Where(one => asked is null || asked.Contains((one.Name.Topic, one.Name.Partition)));
        return new DescribeLogDirsResponse
        {
            Results = [.. partitions.GroupBy(one => Path.GetDirectoryName(one.Log.DirectoryPath)!)
                .Select(group => Directory(group.Key, group))],
        };
    }

    private static DescribeLogDirsResponse.DescribeLogDirsResult Directory(
        string path, IEnumerable<PartitionHandle> partitions)
    {
        var drive = new DriveInfo(path);
        return new()
        {
            LogDir = path,
            TotalBytes = drive.TotalSize,
            UsableBytes = drive.AvailableFreeSpace,
            Topics = [.. partitions.GroupBy(one => one.Name.Topic).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new DescribeLogDirsResponse.DescribeLogDirsTopic
                {
                    Name = group.Key,
                    Partitions = [.. group.OrderBy(one => one.Name.Partition).Select(Partition)],
                })],
        };
    }

    private static DescribeLogDirsResponse.DescribeLogDirsPartition Partition(PartitionHandle partition) => new()
    {
        PartitionIndex = partition.Name.Partition,
        PartitionSize = partition.Log.SizeInBytes,
        OffsetLag = Math.Max(0, partition.Log.View.HighWatermark - partition.Log.LogEndOffset),
    };
}
