using KafkaActors.Client.Cluster;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Administration.Calls;

/// <summary>A <see cref="LeaderCall"/> whose answers are rows of one type.</summary>
/// <param name="rows">What a leader's answer says of each partition.</param>
/// <param name="failed">The row of a partition that has none.</param>
internal sealed class LeaderCallOf<TRow>(
    IReadOnlyList<TopicPartition> partitions,
    TimeSpan timeout,
    Func<IReadOnlyList<PartitionLeader>, IRequestMessage> request,
    Func<IResponseMessage, IEnumerable<(TopicPartition Name, ErrorCode Error, TRow Row)>> rows,
    Func<TopicPartition, ErrorCode, TRow> failed)
    : LeaderCall(partitions, timeout)
{
    private readonly Dictionary<TopicPartition, TRow> _rows = [];

    private readonly TaskCompletionSource<IReadOnlyList<TRow>> _done =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<IReadOnlyList<TRow>> Answer => _done.Task;

    public override IRequestMessage Request(IReadOnlyList<PartitionLeader> partitions) => request(partitions);

    public override void Learn(IResponseMessage response, IReadOnlyList<PartitionLeader> partitions)
    {
        HashSet<TopicPartition> asked = [.. partitions.Select(partition => partition.Name)];
        foreach ((TopicPartition name, ErrorCode error, TRow row) in rows(response))
        {
            if (!asked.Remove(name)) continue;
            if (error != ErrorCode.None)
            {
                Note(name, error);
                continue;
            }

            _rows[name] = row;
            Settle(name);
        }

        foreach (TopicPartition unanswered in asked) Note(unanswered, ErrorCode.UnknownServerError);
    }

    public override void Fail(KafkaException fault) => _done.TrySetException(fault);

    public override void End() => _done.TrySetResult(
        [.. partitions.Select(name => _rows.TryGetValue(name, out TRow? row) ? row : failed(name, LastError(name)))]);
}
