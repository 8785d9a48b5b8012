using Akka.Actor;
using KafkaActors.Client.Administration.Groups;
using KafkaActors.Client.Cluster;
using KafkaActors.Client.Configuration;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration;

/// <summary>
/// Runs administrative calls: on any node, on the leaders of the partitions they name, or on the coordinators of groups
/// (<see cref="FrameCalls"/>). An attempt that fails with an error that may pass is made again, until the call's own
/// deadline.
/// </summary>
internal sealed class AdminActor : UntypedActor, IWithTimers
{
    private readonly IActorRef _cluster;
    private readonly ClientSettings _settings;
    private readonly TimeProvider _time;
    private readonly Backoff _backoff;
    private readonly AdministrationConversation _conversation;
    private readonly HashSet<LeaderCall> _leaderCalls = [];
    private readonly HashSet<NodeCall> _nodeCalls = [];
    private readonly FrameCalls _frameCalls;
    private ClusterMetadata _metadata = ClusterMetadata.Empty;

    public AdminActor(IActorRef cluster, ClientSettings settings, TimeProvider time)
    {
        _cluster = cluster;
        _settings = settings;
        _time = time;
        _backoff = new Backoff(settings.RetryBackoff, settings.RetryBackoffMax);
        _frameCalls = new FrameCalls(this, cluster, settings, time);
        _conversation = new AdministrationConversation(new AdminClient(Self, settings), Self);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Context.Watch(_cluster);

    protected override void PostStop()
    {
        var closed = new KafkaException(ErrorCode.NetworkException, "The client was closed.");
        foreach (NodeCall call in _nodeCalls) call.Fail(closed);
        foreach (LeaderCall call in _leaderCalls) call.End();
        _frameCalls.End(closed);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case NodeCall call: Start(call); break;
            case LeaderCall call: Start(call); break;
            case FrameCall call: _frameCalls.Start(call); break;
            case Attempt attempt: Run(attempt.Call); break;
            case LeaderAttempt attempt: Run(attempt.Call); break;
            case ConnectionProtocol.Called { Tag: NodeCall call } called: Answer(call, called); break;
            case ConnectionProtocol.Called { Tag: LeaderShare share } called: Answer(share, called); break;
            case FrameCalls.Attempt attempt: _frameCalls.Advance(attempt.Call); break;
            case ConnectionProtocol.Answered { Tag: FrameCall call } answer: _frameCalls.Answer(call, answer); break;
            case ConnectionProtocol.Answered { Tag: FrameCalls.Lookup lookup } answer:
                _frameCalls.Answer(lookup, answer);
                break;
            case ClusterProtocol.MetadataChanged changed: Learn(changed.Metadata); break;
            case ClusterProtocol.MetadataFailed failed: Learn(failed); break;
            case IClientCommand command: _conversation.Receive(command, Sender); break;
            case Terminated: Context.Stop(Self); break;
        }
    }

    private void Start(NodeCall call)
    {
        call.Begin(_time);
        _nodeCalls.Add(call);
        Run(call);
    }

    private void Run(NodeCall call)
    {
        TimeSpan timeout = Shorter(call.Left(_time), _settings.RequestTimeout);
        _cluster.Tell(new ClusterProtocol.CallAny(call, call.Command, timeout));
    }

    private void Answer(NodeCall call, ConnectionProtocol.Called called)
    {
        ErrorCode error = called.Reply is null ? called.Error : call.ErrorOf(called.Reply);
        TimeSpan pause = _backoff.After(call.Attempts++);
        if (call.MayPass(error) && call.Left(_time) > pause)
        {
            Timers.StartSingleTimer(call, new Attempt(call), pause);
            return;
        }

        _nodeCalls.Remove(call);
        if (called.Reply is not null) call.Complete(called.Reply);
        else call.Fail(new KafkaException(called.Error, Sentence(called.Message ?? called.Error.ToString())));
    }

    private void Start(LeaderCall call)
    {
        call.Begin(_time);
        if (call.IsDone)
        {
            call.End();
            return;
        }

        _leaderCalls.Add(call);
        _cluster.Tell(new ClusterProtocol.Track(call.Topics, false));
    }

    private void Learn(ClusterMetadata metadata)
    {
        _metadata = metadata;
        _frameCalls.Learn(metadata);
        foreach (LeaderCall call in _leaderCalls.ToArray())
        {
            if (call.Shares == 0 && !Timers.IsTimerActive(call)) Run(call);
        }
    }

    private void Learn(ClusterProtocol.MetadataFailed failed)
    {
        _frameCalls.Learn(failed);
        foreach (LeaderCall call in _leaderCalls.ToArray())
        {
            foreach (TopicPartition partition in call.Open) call.Note(partition, failed.Error);
            if (call.Shares == 0 && call.Left(_time) <= TimeSpan.Zero) Finish(call);
        }
    }

    private void Run(LeaderCall call)
    {
        var byNode = new Dictionary<IActorRef, List<(TopicPartition Name, PartitionLeader Leader)>>();
        foreach (TopicPartition partition in call.Open)
        {
            if (_metadata.Leader(partition) is not { } leader)
            {
                call.Note(partition, Reason(partition));
                continue;
            }

            if (!byNode.TryGetValue(leader.Connection, out List<(TopicPartition, PartitionLeader)>? group))
                byNode.Add(leader.Connection, group = []);
            group.Add((partition, leader));
        }

        foreach ((IActorRef node, List<(TopicPartition Name, PartitionLeader Leader)> group) in byNode)
        {
            call.Shares++;
            TimeSpan timeout = Shorter(call.Left(_time), _settings.RequestTimeout);
            node.Tell(new ConnectionProtocol.Call(
                new LeaderShare(call, group), id => call.Command(id, group), timeout));
        }

        if (call.Shares == 0) Continue(call);
    }

    private ErrorCode Reason(TopicPartition partition)
    {
        if (_metadata.Topic(partition.Topic) is not { } topic) return ErrorCode.UnknownTopicOrPartition;
        if (topic.Error != ErrorCode.None) return topic.Error;
        bool exists = topic.Partitions.Any(known => known.Index == partition.Partition);
        return exists ? ErrorCode.LeaderNotAvailable : ErrorCode.UnknownTopicOrPartition;
    }

    private void Answer(LeaderShare share, ConnectionProtocol.Called called)
    {
        LeaderCall call = share.Call;
        call.Shares--;
        if (called.Reply is not null) call.Learn(called.Reply, share.Partitions);
        else
        {
            foreach ((TopicPartition name, _) in share.Partitions) call.Note(name, called.Error);
        }

        if (call.Shares == 0) Continue(call);
    }

    private void Continue(LeaderCall call)
    {
        TimeSpan pause = _backoff.After(call.Attempts++);
        if (call.IsDone || call.Left(_time) <= pause)
        {
            Finish(call);
            return;
        }

        _cluster.Tell(ClusterProtocol.Refresh.Instance);
        Timers.StartSingleTimer(call, new LeaderAttempt(call), pause);
    }

    private void Finish(LeaderCall call)
    {
        _leaderCalls.Remove(call);
        IEnumerable<string> wanted = _leaderCalls.SelectMany(other => other.Topics);
        _cluster.Tell(new ClusterProtocol.Untrack([.. call.Topics.Except(wanted)]));
        Timers.Cancel(call);
        call.End();
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";

    private sealed record Attempt(NodeCall Call) : INoSerializationVerificationNeeded;

    private sealed record LeaderAttempt(LeaderCall Call) : INoSerializationVerificationNeeded;

    private sealed record LeaderShare(
        LeaderCall Call, IReadOnlyList<(TopicPartition Name, PartitionLeader Leader)> Partitions);
}
