using System.Globalization;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using KafkaActors.Broker.Bootstrap;
using KafkaActors.Broker.Controller;
using KafkaActors.Broker.Dispatch;
using KafkaActors.Broker.Downing;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Supervision;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Hosting;

/// <summary>
/// <c>/user/kafka-actors</c>: the parent of everything that is a node. It starts the parts, feeds the
/// <see cref="NodeLifecycle"/> with metadata and outcomes and carries out what that decides. A part that fails, or
/// stops though nobody stops the node, is not restarted behind the others' backs: the node stops, and starts again from
/// its disk. The replica manager hears of metadata by it alone, from this process's registration on: nothing touches a
/// log before. Clients are let in once what the node leads is served.
/// </summary>
internal sealed class KafkaActorsGuardian : UntypedActor, IWithTimers
{
    public const string Name = "kafka-actors";

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly IActorRef _self;
    private readonly NodeContext _context;
    private readonly ClusterEntry _entry;
    private readonly NodeParts _parts;
    private readonly NodeLifecycle _lifecycle;
    private readonly CommittedVoters _voters = CommittedVoters.Of(Context.System);
    private readonly Bulkhead _smallWrites = NodePools.Of(Context.System).SmallWrites;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly PartitionRegistry _partitions = PartitionRegistry.Of(Context.System);
    private MetadataImage _image = MetadataImage.Empty;
    private string[] _voterAddresses = [];
    private DoorOpening? _opening;
    private TopicIdPartition? _awaited;
    private long _openingSince;
    private long _lastId;
    private int _patience;
    private bool _isFed;
    private bool _isEnding;

    public KafkaActorsGuardian(NodeContext context, ClusterEntry entry)
    {
        _context = context;
        _entry = entry;
        _self = Self;
        _parts = NodeParts.Start(Context, context, entry, OnFatal);
        _lifecycle = new NodeLifecycle(NodeIdentity.RegistrationOf(context, Context.System));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private static bool IsMember =>
        Cluster.Get(Context.System) is { IsTerminated: false, SelfMember.Status: MemberStatus.Up };

    private bool IsStopping => _isEnding || CoordinatedShutdown.Get(Context.System).ShutdownReason is not null;

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(cause =>
    {
        OnFail($"a part of the node failed: {cause.Message}");
        return Directive.Stop;
    });

    protected override void PreStart()
    {
        _parts.Controller.Follower.Tell(MetadataFollowerProtocol.Subscribe.Instance);
        Context.System.EventStream.Subscribe(_self, typeof(NodeMustEnd));
        Context.System.EventStream.Subscribe(_self, typeof(SingletonEnded));
        WatchParts();
        Timers.StartSingleTimer(Look.Instance, Look.Instance, LookInterval);
    }

    protected override void PostStop()
    {
        if (!IsStopping) OnFail("its guardian has stopped by itself");
        _context.HandedOver.TrySetResult();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case MetadataFollowerProtocol.MetadataChanged changed: Follow(changed.Delta); break;
            case Remembered: Do(_lifecycle.OnRemembered()); break;
            case ReplicaManagerProtocol.Recovered recovered: OnRecovered(recovered); break;
            case ControllerProtocol.Reply reply: OnReply(reply); break;
            case GuardianProtocol.HandOver: OnStop(); break;
            case Retry: Do(_lifecycle.OnRetry()); break;
            case Look: OnLook(); break;
            case Served: OpenWhenServed(); break;
            case Terminated stopped: OnStopped(stopped.ActorRef); break;
            case Fatal fatal: OnFail(fatal.Reason); break;
            case NodeMustEnd end: OnFail(end.Reason); break;
            case SingletonEnded ended: OnSingletonEnded(ended.Name); break;
            case Status.Failure failure: OnFail($"the data directory failed: {failure.Cause.Message}"); break;
            default: Unhandled(message); break;
        }
    }

    private void Follow(MetadataDelta delta)
    {
        _image = delta.After;
        IReadOnlyList<NodeEffect> effects = _lifecycle.OnImage(_image);
        if (_image.IsFormed && _lifecycle.IsOfOurCluster(_image)) TellVoters(_image);
        Feed(delta);
        Do(effects);
        OpenWhenServed();
    }

    private void TellVoters(MetadataImage image)
    {
        _voters.OfImage = new VoterSet(image.ClusterId, image.Offset, image.Voters);
        string[] addresses =
            [.. image.Voters.Select(voter => image.Broker(voter.Node)?.AkkaAddress).OfType<string>()];
        if (addresses.SequenceEqual(_voterAddresses)) return;
        _voterAddresses = addresses;
        _entry.Bootstrap.Tell(new BootstrapProtocol.Known(image.ClusterId, [.. addresses]));
    }

    // What an image says of logs is for this node once it says that this process is the node: one of another cluster
    // names other logs, and one from before the registration would have them led under the former process's epochs.
    private void Feed(MetadataDelta delta)
    {
        if (!_lifecycle.IsRegisteredIn(delta.After)) return;
        MetadataDelta news = _isFed ? delta : MetadataDelta.Between(MetadataImage.Empty, delta.After);
        _isFed = true;
        _parts.Replicas.Tell(new MetadataFollowerProtocol.MetadataChanged(news));
    }

    private void OnRecovered(ReplicaManagerProtocol.Recovered recovered)
    {
        if (recovered.Offline > 0)
            _log.Error("{0} partitions are offline: their logs could not be opened.", recovered.Offline);
        Do(_lifecycle.OnRecovered());
    }

    private void Do(IReadOnlyList<NodeEffect> effects)
    {
        foreach (NodeEffect effect in effects) Do(effect);
    }

    private void Do(NodeEffect effect)
    {
        switch (effect)
        {
            case NodeEffect.Register register:
                Ask(new ControllerProtocol.RegisterBroker(++_lastId, register.Registration));
                break;
            case NodeEffect.Unfence unfence:
                Ask(new ControllerProtocol.UnfenceBroker(++_lastId, _context.Settings.NodeId, unfence.Epoch));
                break;
            case NodeEffect.HandOver handOver:
                Ask(new ControllerProtocol.ShutDownBroker(++_lastId, _context.Settings.NodeId, handOver.Epoch));
                break;
            case NodeEffect.Remember remember: Remember(remember); break;
            case NodeEffect.Recover recover: Recover(recover.UpTo); break;
            case NodeEffect.Ready: OnReady(); break;
            case NodeEffect.HandedOver: OnHandedOver(); break;
            case NodeEffect.Fail fail: OnFail(fail.Reason); break;
        }
    }

    // An answer may be lost on the way: what is not the case after this time is asked for again.
    private void Ask(ControllerProtocol.Request request)
    {
        _parts.Controller.Proxy.Tell(request);
        Timers.StartSingleTimer(Retry.Instance, Retry.Instance, _context.Settings.Controller.QuorumRequestTimeout);
    }

    private void OnReply(ControllerProtocol.Reply reply)
    {
        (ErrorCode error, string? message) = reply switch
        {
            ControllerProtocol.BrokerDecided decided => (decided.Error, decided.Message),
            ControllerProtocol.Refused refused => (refused.Error, refused.Message),
            _ => (ErrorCode.None, null),
        };
        if (error == ErrorCode.None || reply.Id != _lastId) return;
        Timers.StartSingleTimer(Retry.Instance, Retry.Instance, _context.Settings.Controller.RetryBackoff);
        Do(_lifecycle.OnRefused(error, message));
    }

    // A witness has no partitions to recover.
    private void Recover(MetadataOffset upTo)
    {
        if (_parts.Replicas.IsNobody()) Do(_lifecycle.OnRecovered());
        else _parts.Replicas.Tell(new ReplicaManagerProtocol.AwaitRecovered(upTo));
    }

    private void Remember(NodeEffect.Remember remember)
    {
        DataDirectories directories = _context.Directories;
        _smallWrites.Run(() =>
        {
            directories.Save(remember.ClusterId, remember.Epoch, KernelBootId.Read());
            return Remembered.Instance;
        }).PipeTo(Self);
    }

    private void OnHandedOver()
    {
        _log.Info("Node {0} leads nothing any more.", _context.Settings.NodeId);
        _context.HandedOver.TrySetResult();
    }

    // A node that was fenced for a while becomes ready again: its door has stayed open.
    private void OnReady()
    {
        if (_context.Ready.Task.IsCompleted || _opening is not null) return;
        _opening = new DoorOpening(_context.Settings.NodeId, _partitions, _image);
        _openingSince = _context.Clock.GetTimestamp();
        OpenWhenServed();
    }

    // Asked whenever that may have changed: by the metadata, by a partition that is served now, by time.
    private void OpenWhenServed()
    {
        if (_opening is null || _context.Ready.Task.IsCompleted) return;
        if (_opening.TryNext(_image, out TopicIdPartition next))
        {
            TimeSpan limit = _context.Settings.Listeners.OpenTimeout;
            if (_context.Clock.GetElapsedTime(_openingSince) < limit)
            {
                if (next != _awaited) _partitions.WhenServed(next).PipeTo(Self, success: () => Served.Instance);
                _awaited = next;
                return;
            }

            _log.Warning(
                "Up to {0} partitions that this node leads are not served after {1} s, {2} among them; clients are "
                + "let in all the same.", _opening.Left, limit.TotalSeconds, next);
        }

        _parts.OpenDoors(Context, _context, OnFatal);
        WatchParts();
        _context.Ready.TrySetResult();
    }

    // From any thread.
    private void OnFatal(string reason) => _self.Tell(new Fatal(reason));

    private void WatchParts()
    {
        foreach (IActorRef part in Context.GetChildren()) Context.Watch(part);
        foreach (IActorRef part in NodeParts.Foreign(Context.System, _context)) Context.Watch(part);
    }

    private void OnStop()
    {
        _isEnding = true;
        _log.Info("Node {0} stops; it hands over what it leads.", _context.Settings.NodeId);
        Do(_lifecycle.OnStop());
    }

    // Where the whole system stops, or the cluster parts with this node, its parts stop by themselves.
    private void OnStopped(IActorRef part)
    {
        if (IsStopping) return;
        OnFail(IsMember
            ? $"its {part.Path.Name} has stopped by itself"
            : "the cluster has parted with this node");
    }

    // A singleton leaves a node that leaves; where the node stays, its manager will not have it again.
    private void OnSingletonEnded(string name)
    {
        if (!IsStopping && IsMember) OnFail($"its {name} has stopped by itself, and is never hosted here again");
    }

    // Time is counted in looks, each begun after the one before: what this node sleeps through is one look at most.
    private void OnLook()
    {
        Timers.StartSingleTimer(Look.Instance, Look.Instance, LookInterval);
        OpenWhenServed();
        if (_lifecycle.Phase is not (NodePhase.Following or NodePhase.Registering)) return;
        if (++_patience * LookInterval < _context.Settings.Cluster.RegistrationTimeout) return;
        string waited = _context.Settings.Cluster.RegistrationTimeout.TotalSeconds
            .ToString("0.#", CultureInfo.InvariantCulture);
        OnFail(_lifecycle.LastRefusal is { } refusal
            ? $"the controller did not register this node within {waited} s: {refusal}"
            : $"no controller answered within {waited} s; check that a majority of the voters is running");
    }

    private void OnFail(string reason)
    {
        _isEnding = true;
        if (_context.Fail(reason)) _log.Error("The node cannot go on: {0}", reason);
    }

    private sealed record Fatal(string Reason) : INoSerializationVerificationNeeded;

    private sealed record Retry : INoSerializationVerificationNeeded
    {
        public static Retry Instance { get; } = new();
    }

    private sealed record Look : INoSerializationVerificationNeeded
    {
        public static Look Instance { get; } = new();
    }

    private sealed record Served : INoSerializationVerificationNeeded
    {
        public static Served Instance { get; } = new();
    }

    private sealed record Remembered : INoSerializationVerificationNeeded
    {
        public static Remembered Instance { get; } = new();
    }
}
