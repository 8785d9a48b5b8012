using Akka.Actor;
using KafkaActors.Client.Administration.Calls;
using KafkaActors.Client.Cluster;
using KafkaActors.Client.Configuration;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration;

/// <summary>
/// Runs administrative calls: one node answers them (<see cref="NodeCalls"/>), or the leaders of the partitions that
/// they name (<see cref="LeaderCalls"/>).
/// </summary>
internal sealed class AdminActor : UntypedActor, IWithTimers
{
    private readonly IActorRef _cluster;
    private readonly NodeCalls _nodeCalls;
    private readonly LeaderCalls _leaderCalls;
    private readonly AdministrationConversation _conversation;

    public AdminActor(IActorRef cluster, ClientSettings settings, TimeProvider time)
    {
        _cluster = cluster;
        _nodeCalls = new NodeCalls(this, cluster, settings, time);
        _leaderCalls = new LeaderCalls(this, cluster, settings, time);
        _conversation = new AdministrationConversation(new AdminClient(Self, settings), Self);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Context.Watch(_cluster);

    protected override void PostStop()
    {
        _nodeCalls.End(new KafkaException(ErrorCode.NetworkException, "The client was closed."));
        _leaderCalls.End();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case NodeCall call: _nodeCalls.Start(call); break;
            case NodeCalls.Attempt attempt: _nodeCalls.Advance(attempt.Call); break;
            case LeaderCall call: _leaderCalls.Start(call); break;
            case LeaderCalls.Attempt attempt: _leaderCalls.Run(attempt.Call); break;
            case ConnectionProtocol.Answered answered: Answer(answered); break;
            case ClusterProtocol.MetadataChanged changed: Learn(changed.Metadata); break;
            case ClusterProtocol.MetadataFailed failed: Learn(failed); break;
            case IClientCommand command: _conversation.Receive(command, Sender); break;
            case Terminated: Context.Stop(Self); break;
        }
    }

    private void Answer(ConnectionProtocol.Answered answered)
    {
        switch (answered.Tag)
        {
            case NodeCall call: _nodeCalls.Answer(call, answered); break;
            case NodeCalls.Lookup lookup: _nodeCalls.Answer(lookup, answered); break;
            case LeaderCalls.Share share: _leaderCalls.Answer(share, answered); break;
        }
    }

    private void Learn(ClusterMetadata metadata)
    {
        _nodeCalls.Learn(metadata);
        _leaderCalls.Learn(metadata);
    }

    private void Learn(ClusterProtocol.MetadataFailed failed)
    {
        _nodeCalls.Learn(failed);
        _leaderCalls.Learn(failed);
    }
}
