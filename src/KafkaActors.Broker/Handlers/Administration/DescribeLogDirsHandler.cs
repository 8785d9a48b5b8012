using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Serving;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>
/// DescribeLogDirs: every data directory of this node, how full its disk is (KIP-827), and the partitions in it, those
/// that were asked for. A directory that cannot be looked at is told with its error. Our own client reads in tagged
/// fields what was set aside there, and what is wrong with logs.
/// </summary>
internal sealed class DescribeLogDirsHandler(NodeServices services, LogDirectories directories)
    : AsyncApiHandler<DescribeLogDirsRequest>(ApiKey.DescribeLogDirs)
{
    protected override Task<IResponseMessage> HandleAsync(DescribeLogDirsRequest request, RequestContext context) =>
        services.ColdReads.Run<IResponseMessage>(() => Describe(request));

    private DescribeLogDirsResponse Describe(DescribeLogDirsRequest request)
    {
        HashSet<TopicPartition>? asked = request.Topics is null
            ? null
            : [.. request.Topics.SelectMany(
                topic => topic.Partitions.Select(index => new TopicPartition(topic.Topic, index)))];
        ILookup<string, PartitionHandle> partitions = services.Partitions.All
            .Where(one => asked is null || asked.Contains(one.Name))
            .ToLookup(one => Path.GetDirectoryName(one.Log.DirectoryPath)!);
        ILookup<LogDirectory, KeptStray> strays = directories.Strays.All.ToLookup(kept => kept.Directory);
        return new DescribeLogDirsResponse
        {
            Results = [.. directories.All.Select(directory => Describe(
                directory, [.. partitions[directory.DirectoryPath]], strays[directory]))],
        };
    }

    private DescribeLogDirsResponse.DescribeLogDirsResult Describe(
        LogDirectory directory, IReadOnlyList<PartitionHandle> partitions, IEnumerable<KeptStray> strays)
    {
        DirectorySpace space = DirectorySpace.Of(directory.DirectoryPath);
        return new()
        {
            ErrorCode = space.Error,
            LogDir = directory.DirectoryPath,
            TotalBytes = space.TotalBytes,
            UsableBytes = space.UsableBytes,
            Topics = [.. partitions.GroupBy(one => one.Name.Topic).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new DescribeLogDirsResponse.DescribeLogDirsTopic
                {
                    Name = group.Key,
                    Partitions = [.. group.OrderBy(one => one.Name.Partition).Select(Describe)],
                })],
            Strays = [.. strays.OrderBy(kept => kept.Stray.Directory, StringComparer.Ordinal).Select(Describe)],
            Damage = [.. DamageIn(directory, partitions)],
        };
    }

    private static DescribeLogDirsResponse.DescribeLogDirsPartition Describe(PartitionHandle partition) => new()
    {
        PartitionIndex = partition.Name.Partition,
        PartitionSize = partition.Log.SizeInBytes,
        OffsetLag = Math.Max(0, partition.Log.View.HighWatermark - partition.Log.LogEndOffset),
    };

    private DescribeLogDirsResponse.DescribeLogDirsStray Describe(KeptStray kept) => new()
    {
        Directory = kept.Stray.Directory,
        TopicName = kept.Stray.Partition.Topic,
        PartitionIndex = kept.Stray.Partition.Partition,
        SizeInBytes = kept.SizeInBytes,
        SetAsideMs = kept.Stray.SetAsideAt.ToUnixTimeMilliseconds(),
        KeptUntilMs = kept.KeptUntil.ToUnixTimeMilliseconds(),
        Reason = kept.ReasonIn(services.Image, services.Node),
    };

    private IEnumerable<DescribeLogDirsResponse.DescribeLogDirsDamage> DamageIn(
        LogDirectory directory, IEnumerable<PartitionHandle> partitions)
    {
        foreach (PartitionHandle one in partitions)
        {
            foreach (LogDamage damage in one.Log.Damages) yield return Damage(one.Name, damage.ToString());
            if (OfflineReason(one) is { } reason) yield return Damage(one.Name, reason);
        }

        foreach (UnopenedLog one in services.Partitions.Unopened)
            if (one.Message.StartsWith(directory.DirectoryPath, StringComparison.Ordinal))
                yield return Damage(one.Name, one.Message);
    }

    /// <summary>Why the partition is offline, where none of its log's damages says so.</summary>
    private static string? OfflineReason(PartitionHandle partition)
    {
        if (partition.Assignment.Error == ErrorCode.None && partition.Log.Failure is null) return null;
        if (partition.Log.Damages.Any(damage => damage.Kind == LogDamageKind.Offline)) return null;
        return partition.Log.Failure?.Message
            ?? $"{partition.Log.DirectoryPath}: its leader epoch is above that of the metadata, which is an older "
                + "copy; give the node the newer one back";
    }

    private static DescribeLogDirsResponse.DescribeLogDirsDamage Damage(TopicPartition name, string message) =>
        new() { TopicName = name.Topic, PartitionIndex = name.Partition, Message = message };
}
