using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Serving;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>
/// RemoveStrays: a person has looked at what was set aside, or at what is damaged, and is done with it.
/// </summary>
internal sealed class RemoveStraysHandler(NodeServices services, StrayPartitions strays)
    : AsyncApiHandler<RemoveStraysRequest>(ApiKey.RemoveStrays)
{
    protected override Task<IResponseMessage> HandleAsync(RemoveStraysRequest request, RequestContext context) =>
        services.ColdReads.Run<IResponseMessage>(() => Remove(request, context.ClientHost));

    private RemoveStraysResponse Remove(RemoveStraysRequest request, string client)
    {
        HashSet<string>? topics = request.Topics is null ? null : [.. request.Topics];
        bool IsMeant(KeptStray kept) => topics is null || topics.Contains(kept.Stray.Partition.Topic);
        try
        {
            if (request.Damage) return ForgetDamage(topics, request.ValidateOnly);
            IReadOnlyList<(KeptStray Stray, long SizeInBytes)> rows = request.ValidateOnly
                ? [.. strays.All.Where(IsMeant).Select(kept => (kept, kept.SizeInBytes))]
                : strays.Remove(IsMeant, $"was removed by a request from {client}");
            return new RemoveStraysResponse { Strays = [.. rows.Select(row => Row(row.Stray, row.SizeInBytes))] };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new RemoveStraysResponse { ErrorCode = ErrorCode.KafkaStorageError, ErrorMessage = e.Message };
        }
    }

    private RemoveStraysResponse ForgetDamage(HashSet<string>? topics, bool validateOnly)
    {
        PartitionHandle[] damaged = [.. services.Partitions.All
            .Where(one => one.Log.Damages.Count > 0 && (topics is null || topics.Contains(one.Name.Topic)))];
        RemoveStraysResponse answer = new() { Strays = [.. damaged.Select(Row)] };
        if (!validateOnly)
            foreach (PartitionHandle one in damaged) one.Log.ForgetDamages();
        return answer;
    }

    private static RemoveStraysResponse.RemovedStray Row(PartitionHandle damaged) => new()
    {
        LogDir = Path.GetDirectoryName(damaged.Log.DirectoryPath)!,
        Directory = damaged.Name.ToString(),
        Topic = damaged.Name.Topic,
        PartitionIndex = damaged.Name.Partition,
        SizeInBytes = damaged.Log.Damages.Where(damage => damage.KeptAs is not null).Sum(damage => damage.Bytes),
    };

    private static RemoveStraysResponse.RemovedStray Row(KeptStray kept, long sizeInBytes) => new()
    {
        LogDir = kept.Directory.DirectoryPath,
        Directory = kept.Stray.Directory,
        Topic = kept.Stray.Partition.Topic,
        PartitionIndex = kept.Stray.Partition.Partition,
        SizeInBytes = sizeInBytes,
    };
}
