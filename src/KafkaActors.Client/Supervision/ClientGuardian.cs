using Akka.Actor;
using KafkaActors.Client.Cluster;
using KafkaActors.Client.Configuration;

namespace KafkaActors.Client.Supervision;

/// <summary>
/// The one top-level actor of a client: the parent of its <see cref="ClusterActor"/>, and of the actors behind the
/// typed helpers. Whoever else speaks to the cluster does it through here and may watch it: when it has stopped, the
/// client is gone. A child that fails is stopped, never restarted: its records and positions would be lost unseen.
/// </summary>
internal sealed class ClientGuardian : UntypedActor
{
    private readonly Dictionary<ClientChild, IActorRef> _children = [];
    private readonly IActorRef _cluster;

    public ClientGuardian(ClientSettings settings, TimeProvider time)
    {
        Props props = Props.Create(() => new ClusterActor(settings, time));
        _cluster = Context.ActorOf(props.WithDispatcher(ClientSettings.Dispatcher), "cluster");
        Context.Watch(_cluster);
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterProtocol.IRequest: _cluster.Forward(message); break;
            case ToChild to when _children.TryGetValue(to.Child, out IActorRef? child):
                child.Forward(to.Message);
                break;
            case StartChild start: Start(start); break;
            case ChildEnded ended: _children.Remove(ended.Child); ended.Child.NoteEnded(); break;
            case Terminated: Context.Stop(Self); break;
        }
    }

    private void Start(StartChild start)
    {
        IActorRef child = Context.ActorOf(start.Props, start.Name);
        _children.Add(start.Child, child);
        Context.WatchWith(child, new ChildEnded(start.Child));
    }

    internal sealed record StartChild(ClientChild Child, Props Props, string Name) : INoSerializationVerificationNeeded;

    internal sealed record ToChild(ClientChild Child, object Message) : INoSerializationVerificationNeeded;

    private sealed record ChildEnded(ClientChild Child) : INoSerializationVerificationNeeded;
}
