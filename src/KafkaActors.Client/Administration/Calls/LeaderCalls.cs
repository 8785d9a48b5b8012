using Akka.Actor;
using KafkaActors.Client.Cluster;
using KafkaActors.Client.Configuration;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration.Calls;

/// <summary>
/// Takes requests about partitions to their leaders, each leader's share in one request, and again with growing pauses
/// what may still get an answer, until the call's own deadline. Owned by one <see cref="AdminActor"/>.
/// </summary>
internal sealed class LeaderCalls(IWithTimers owner, IActorRef cluster, ClientSettings settings, TimeProvider time)
{
    private readonly Backoff _backoff = new(settings.RetryBackoff, settings.RetryBackoffMax);
    private readonly HashSet<LeaderCall> _calls = [];
    private ClusterMetadata _metadata = ClusterMetadata.Empty;

    public void Start(LeaderCall call)
    {
        call.Begin(time);
        if (call.IsDone)
        {
            call.End();
            return;
        }

        _calls.Add(call);
        cluster.Tell(new ClusterProtocol.Track(call.Topics, false));
    }

    public void Learn(ClusterMetadata metadata)
    {
        _metadata = metadata;
        foreach (LeaderCall call in _calls.ToArray())
        {
            if (call.Shares == 0 && !owner.Timers.IsTimerActive(call)) Run(call);
        }
    }

    public void Learn(ClusterProtocol.MetadataFailed failed)
    {
        foreach (LeaderCall call in _calls.ToArray())
        {
            foreach (TopicPartition partition in call.Open) call.Note(partition, failed.Error);
            if (call.Shares == 0 && call.Left(time) <= TimeSpan.Zero) Finish(call);
        }
    }

    /// <summary>Asks the leaders of what is still open.</summary>
    public void Run(LeaderCall call)
    {
        var byNode = new Dictionary<IActorRef, List<PartitionLeader>>();
        foreach (TopicPartition partition in call.Open)
        {
            if (_metadata.Leader(partition) is not { } leader)
            {
                call.Note(partition, Reason(partition));
                continue;
            }

            if (!byNode.TryGetValue(leader.Connection, out List<PartitionLeader>? share))
                byNode.Add(leader.Connection, share = []);
            share.Add(leader);
        }

        TimeSpan left = call.Left(time);
        TimeSpan timeout = left < settings.RequestTimeout ? left : settings.RequestTimeout;
        foreach ((IActorRef node, List<PartitionLeader> share) in byNode)
        {
            call.Shares++;
            node.Tell(new ConnectionProtocol.Ask(new Share(call, share), call.Request(share), timeout));
        }

        if (call.Shares == 0) Continue(call);
    }

    public void Answer(Share share, ConnectionProtocol.Answered answered)
    {
        LeaderCall call = share.Call;
        call.Shares--;
        if (answered.Response is not null) call.Learn(answered.Response, share.Partitions);
        else if (answered.Error == ErrorCode.UnsupportedVersion) call.Fail(Unsupported(answered));
        foreach (PartitionLeader partition in answered.Response is null ? share.Partitions : [])
            call.Note(partition.Name, answered.Error);
        if (call.Shares == 0) Continue(call);
    }

    /// <summary>The client is closing: everybody gets what is there.</summary>
    public void End()
    {
        foreach (LeaderCall call in _calls) call.End();
    }

    private static KafkaException Unsupported(ConnectionProtocol.Answered answered) =>
        new(answered.Error, answered.Message ?? "A node does not know this request.");

    private ErrorCode Reason(TopicPartition partition)
    {
        if (_metadata.Topic(partition.Topic) is not { } topic) return ErrorCode.UnknownTopicOrPartition;
        if (topic.ErrorCode != ErrorCode.None) return topic.ErrorCode;
        bool exists = topic.Partitions.Any(known => known.PartitionIndex == partition.Partition);
        return exists ? ErrorCode.LeaderNotAvailable : ErrorCode.UnknownTopicOrPartition;
    }

    private void Continue(LeaderCall call)
    {
        TimeSpan pause = _backoff.After(call.Attempts++);
        if (call.IsDone || call.Left(time) <= pause)
        {
            Finish(call);
            return;
        }

        cluster.Tell(ClusterProtocol.Refresh.Instance);
        owner.Timers.StartSingleTimer(call, new Attempt(call), pause);
    }

    private void Finish(LeaderCall call)
    {
        _calls.Remove(call);
        IEnumerable<string> wanted = _calls.SelectMany(other => other.Topics);
        cluster.Tell(new ClusterProtocol.Untrack([.. call.Topics.Except(wanted)]));
        owner.Timers.Cancel(call);
        call.End();
    }

    /// <summary>The pause before another attempt is over.</summary>
    public sealed record Attempt(LeaderCall Call) : INoSerializationVerificationNeeded;

    /// <summary>Tags what one node was asked for.</summary>
    public sealed record Share(LeaderCall Call, IReadOnlyList<PartitionLeader> Partitions);
}
