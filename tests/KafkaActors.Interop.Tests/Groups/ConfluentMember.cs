using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace KafkaActors.Interop.Tests.Groups;

/// <summary>
/// Confluent.Kafka as a member, polling on a thread of its own. It commits synchronously after every
/// <see cref="CommitEvery"/> records, when nothing comes, and before it gives partitions up.
/// </summary>
internal sealed class ConfluentMember : IGroupMember
{
    private const int CommitEvery = 50;

    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(100);

    private readonly GroupLog _log;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<TopicPartition, long> _read = [];
    private readonly Task _polling;
    private int _uncommitted;

    /// <param name="config">What differs from a plain member of the classic protocol.</param>
    public ConfluentMember(string name, GroupScene scene, ConsumerConfig? config = null)
    {
        Name = name;
        _log = scene.Log;
        config ??= new ConsumerConfig();
        config.BootstrapServers = scene.Bootstrap;
        config.GroupId = scene.Group;
        config.ClientId = name;
        config.AutoOffsetReset = AutoOffsetReset.Earliest;
        config.EnableAutoCommit = false;
        if (config.GroupProtocol != GroupProtocol.Consumer)
        {
            config.SessionTimeoutMs ??= (int)GroupSuite.SessionTimeout.TotalMilliseconds;
            config.HeartbeatIntervalMs ??= 500;
        }

        _consumer = Build(config);
        _consumer.Subscribe(scene.Topic);
        _polling = Task.Factory.StartNew(
            Poll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public string Name { get; }

    public async Task LeaveAsync()
    {
        await _stop.CancelAsync();
        await _polling;
        Commit();
        _consumer.Close();
        _consumer.Dispose();
    }

    // Without Close it sends nothing any more.
    public async Task KillAsync()
    {
        await _stop.CancelAsync();
        await _polling;
        _consumer.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _stop.Dispose();
    }

    private static int[] Numbers(IEnumerable<TopicPartition> partitions) =>
        [.. partitions.Select(partition => partition.Partition.Value).Order()];

    private IConsumer<byte[]?, byte[]?> Build(ConsumerConfig config) =>
        new ConsumerBuilder<byte[]?, byte[]?>(config)
            .SetLogHandler((_, _) => { })
            .SetPartitionsAssignedHandler((_, partitions) => _log.Rebalance(Name, "assigned", Numbers(partitions)))
            .SetPartitionsRevokedHandler((_, partitions) =>
            {
                Commit();
                _log.Rebalance(Name, "revoked", Numbers(partitions.Select(each => each.TopicPartition)));
            })
            .SetPartitionsLostHandler((_, partitions) =>
            {
                Forget();
                _log.Rebalance(Name, "lost", Numbers(partitions.Select(each => each.TopicPartition)));
            })
            .Build();

    private void Poll()
    {
        while (!_stop.IsCancellationRequested)
        {
            ConsumeResult<byte[]?, byte[]?>? result = Next();
            if (result is not null) Take(result);
            if (result is null || _uncommitted >= CommitEvery) Commit();
        }
    }

    // Errors that pass, as while the node is away, are told here too; the client goes on by itself.
    private ConsumeResult<byte[]?, byte[]?>? Next()
    {
        try
        {
            return _consumer.Consume(PollTime);
        }
        catch (ConsumeException failure)
        {
            if (failure.Error.IsFatal) _log.Crash(Name, failure.Error.Code.ToString());
            return null;
        }
    }

    private void Take(ConsumeResult<byte[]?, byte[]?> result)
    {
        int value = int.Parse(Encoding.ASCII.GetString(result.Message.Value!), CultureInfo.InvariantCulture);
        _log.Record(Name, result.Partition, result.Offset, value);
        _read[result.TopicPartition] = result.Offset + 1;
        _uncommitted++;
    }

    // A commit that fails is no commit: the records may be seen again.
    private void Commit()
    {
        if (_uncommitted == 0) return;
        try
        {
            _consumer.Commit(_read.Select(each => new TopicPartitionOffset(each.Key, each.Value)));
            foreach ((TopicPartition partition, long offset) in _read) _log.Commit(partition.Partition, offset);
        }
        catch (KafkaException)
        {
            // As above.
        }

        Forget();
    }

    private void Forget()
    {
        _read.Clear();
        _uncommitted = 0;
    }
}
