using Akka.Actor;
using Akka.Cluster;
using KafkaActors.Broker.Configuration;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Downing;

/// <summary>Akka's way to plug in downing; named in <c>hocon/reference/akka.conf</c>, made by the cluster.</summary>
public sealed class VoterMajorityDowning : IDowningProvider
{
    private readonly ActorSystem _system;

    public VoterMajorityDowning(ActorSystem system, Cluster cluster)
    {
        ArgumentNullException.ThrowIfNull(system);
        _system = system;
        DownRemovalMargin = system.Settings.Config.GetTimeSpan("akka.cluster.down-removal-margin", null);
    }

    public TimeSpan DownRemovalMargin { get; }

    public Props? DowningActorProps
    {
        get
        {
            // Not inside the expression: calls in there are compiled at each start, which took 25 ms of it.
            CommittedVoters voters = CommittedVoters.Of(_system);
            NodeSettings settings = NodeSettings.Read(_system.Settings.Config);
            NodeId node = settings.NodeId;
            TimeSpan stableAfter = settings.Controller.DowningStableAfter;
            TimeProvider clock = TimeProvider.System;
            return Props.Create(() => new DowningActor(node, voters, stableAfter, clock));
        }
    }
}
