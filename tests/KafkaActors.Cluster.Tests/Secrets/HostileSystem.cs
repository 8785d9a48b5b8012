using Akka.Actor;
using Akka.Configuration;
using KafkaActors.Broker.Bootstrap;
using KafkaActors.Broker.Configuration;
using KafkaActors.Coordination.Bootstrap;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Messages;
using KafkaActors.Messages.Remoting;
using KafkaActors.Protocol;

namespace KafkaActors.Cluster.Tests.Secrets;

/// <summary>
/// A real ActorSystem of somebody who wants to do harm, with whatever secret he has: its frames are those that Akka
/// writes.
/// </summary>
internal sealed class HostileSystem : IAsyncDisposable
{
    private readonly ActorSystem _system;
    private readonly Address _node;

    /// <param name="secret">The file with what it shows; null for nothing.</param>
    /// <param name="isNode">Whether it shows itself as a node, not as a client.</param>
    public HostileSystem(string name, string? secret, bool isNode, Address node)
    {
        _node = node;
        var shown = new RemoteSecrets(isNode, secret, ClientFile: null, TimeSpan.FromSeconds(5));
        Config config = ConfigurationFactory.ParseString(
            $$"""
            {{(isNode ? shown.NodeFragment(text => $"\"{text}\"") : $"kafka-actors.client.secret.file = \"{secret}\"")}}
            akka {
              actor.provider = cluster
              loglevel = OFF
              stdout-loglevel = OFF
              remote.retry-gate-closed-for = 100ms
              remote.dot-netty.tcp {
                hostname = "127.0.0.1"
                port = 0
              }
              coordinated-shutdown.exit-clr = off
            }
            """).WithFallback(ReferenceConfig.Read("node-messages")).WithFallback(MessagesConfig.Fragment);
        _system = ActorSystem.Create(name, config);
    }

    public async ValueTask DisposeAsync() => await _system.Terminate();

    /// <summary>Asks the node what nodes ask each other before they join. Completes with its answer alone.</summary>
    public Task<BootstrapProtocol.Answer> AskToFormAsync()
    {
        var standing = new NodeStanding(
            new Voter(new NodeId(66), DirectoryId.NewRandom()),
            Akka.Cluster.Cluster.Get(_system).SelfAddress.ToString(),
            Guid.NewGuid());
        return _system.ActorSelection($"{_node}/user/{BootstrapActor.Name}")
            .Ask<BootstrapProtocol.Answer>(new BootstrapProtocol.Ask(1, standing), Timeout.InfiniteTimeSpan);
    }

    public void Say(string path) => _system.ActorSelection(_node + path).Tell("a text", ActorRefs.NoSender);

    /// <summary>Says something to an actor, and asks it to stop in each way that Akka has.</summary>
    public void Harm(string path)
    {
        string whole = _node + path;
        IActorRef target = ((ExtendedActorSystem)_system).Provider.ResolveActorRef(whole);
        _system.ActorOf(Props.Create(() => new Watcher(target)));
        foreach (ICanTell way in new ICanTell[] { target, _system.ActorSelection(whole) })
        {
            way.Tell("a text", ActorRefs.NoSender);
            way.Tell(Kill.Instance, ActorRefs.NoSender);
            way.Tell(PoisonPill.Instance, ActorRefs.NoSender);
        }

        _system.Stop(target);
    }

    /// <summary>Deploys an actor of his on the node.</summary>
    public void Deploy<T>(string name)
        where T : ActorBase, new() =>
        _system.ActorOf(Props.Create<T>().WithDeploy(new Deploy(new RemoteScope(_node))), name);

    public void Join() => Akka.Cluster.Cluster.Get(_system).Join(_node);

    private sealed class Watcher : ReceiveActor
    {
        public Watcher(IActorRef target) => Context.Watch(target);
    }
}
