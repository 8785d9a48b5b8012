using Akka.Actor;
using KafkaActors.Client.Cluster;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Administration.Calls;

/// <summary>
/// One administrative request about partitions, which their leaders answer. Partitions whose answer may still change
/// stay open. Owned by <see cref="LeaderCalls"/> once the <see cref="AdminActor"/> was told.
/// </summary>
internal abstract class LeaderCall(IEnumerable<TopicPartition> partitions, TimeSpan timeout)
    : INoSerializationVerificationNeeded
{
    /// <summary>A node may hear of a topic a moment later than the one that created it.</summary>
    private static readonly TimeSpan UnknownTopicGrace = TimeSpan.FromSeconds(1);

    private readonly HashSet<TopicPartition> _open = [.. partitions];
    private readonly Dictionary<TopicPartition, ErrorCode> _errors = [];
    private TimeProvider _time = TimeProvider.System;
    private long _started;

    public IReadOnlyCollection<TopicPartition> Open => [.. _open];

    public string[] Topics { get; } = [.. partitions.Select(partition => partition.Topic).Distinct()];

    public bool IsDone => _open.Count == 0;

    /// <summary>Requests under way.</summary>
    public int Shares { get; set; }

    public int Attempts { get; set; }

    public void Begin(TimeProvider time)
    {
        _time = time;
        _started = time.GetTimestamp();
    }

    public TimeSpan Left(TimeProvider time) => timeout - time.GetElapsedTime(_started);

    /// <param name="partitions">Those that one node leads.</param>
    public abstract IRequestMessage Request(IReadOnlyList<PartitionLeader> partitions);

    public abstract void Learn(IResponseMessage response, IReadOnlyList<PartitionLeader> partitions);

    /// <summary>The partition has no answer yet, and this is why.</summary>
    public void Note(TopicPartition partition, ErrorCode error)
    {
        _errors[partition] = error;
        bool isUnknown = error == ErrorCode.UnknownTopicOrPartition
            && _time.GetElapsedTime(_started) > UnknownTopicGrace;
        if (isUnknown || !error.IsRetriable()) _open.Remove(partition);
    }

    /// <summary>Nothing more comes of it: the message says what the errors of single partitions do not.</summary>
    public abstract void Fail(KafkaException fault);

    /// <summary>Gives out the answers; partitions without one have their last error.</summary>
    public abstract void End();

    protected void Settle(TopicPartition partition) => _open.Remove(partition);

    protected ErrorCode LastError(TopicPartition partition) =>
        _errors.GetValueOrDefault(partition, ErrorCode.RequestTimedOut);
}
