using KafkaActors.Client.Cluster;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration;

/// <summary>A <see cref="LeaderCall"/> whose answers are rows of one type.</summary>
internal sealed class LeaderCallOf<TRow>(
    IReadOnlyList<TopicPartition> partitions,
    TimeSpan timeout,
    Func<long, IReadOnlyList<(TopicPartition Name, PartitionLeader Leader)>, ICommand> command,
    Func<IReply, IEnumerable<(TopicIdPartition Id, ErrorCode Error, Func<TopicPartition, TRow> Row)>> rows,
    Func<TopicPartition, ErrorCode, TRow> failed)
    : LeaderCall(partitions, timeout)
{
    private readonly Dictionary<TopicPartition, TRow> _rows = [];

    private readonly TaskCompletionSource<IReadOnlyList<TRow>> _done =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<IReadOnlyList<TRow>> Answer => _done.Task;

    public override ICommand Command(
        long correlationId, IReadOnlyList<(TopicPartition Name, PartitionLeader Leader)> partitions) =>
        command(correlationId, partitions);

    public override void Learn(
        IReply reply, IReadOnlyList<(TopicPartition Name, PartitionLeader Leader)> partitions)
    {
        Dictionary<TopicIdPartition, TopicPartition> names =
            partitions.ToDictionary(asked => asked.Leader.Partition, asked => asked.Name);
        foreach ((TopicIdPartition id, ErrorCode error, Func<TopicPartition, TRow> row) in rows(reply))
        {
            if (!names.Remove(id, out TopicPartition name)) continue;
            if (error != ErrorCode.None)
            {
                Note(name, error);
                continue;
            }

            _rows[name] = row(name);
            Settle(name);
        }

        foreach (TopicPartition unanswered in names.Values) Note(unanswered, ErrorCode.UnknownServerError);
    }

    public override void End() => _done.TrySetResult(
        [.. partitions.Select(name => _rows.TryGetValue(name, out TRow? row) ? row : failed(name, LastError(name)))]);
}
