using Akka.Actor;
using KafkaActors.Network;

namespace KafkaActors.Client.Cluster;

/// <summary>Where a node is met: in its ActorSystem, or at a port that speaks Kafka's protocol.</summary>
internal abstract record NodeAddress
{
    /// <summary>
    /// Another node of the cluster, where one that is met here says that it is: nodes tell the addresses of the door
    /// that the question came in by.
    /// </summary>
    public abstract NodeAddress Of(string host, int port);

    internal sealed record ActorSystem(Address Address) : NodeAddress
    {
        // The members of one cluster are of one name.
        public override NodeAddress Of(string host, int port) =>
            new ActorSystem(new Address(Address.Protocol, Address.System, host, port));

        public override string ToString() => Address.ToString();
    }

    internal sealed record KafkaPort(string Host, int Port) : NodeAddress
    {
        public override NodeAddress Of(string host, int port) => new KafkaPort(host, port);

        public override string ToString() => new BrokerAddress(Host, Port).ToString();
    }
}
