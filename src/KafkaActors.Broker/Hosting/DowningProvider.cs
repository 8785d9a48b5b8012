using Akka.Configuration;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Downing;

namespace KafkaActors.Broker.Hosting;

/// <summary>
/// Only our downing knows who votes. Any other keeps the side with most members, or none at all: it would down nodes
/// that hold a majority of the voters, or let two sides go on.
/// </summary>
internal static class DowningProvider
{
    private const string Key = "akka.cluster.downing-provider-class";

    /// <exception cref="NodeStartException">The system has another downing provider.</exception>
    public static void Check(Config config)
    {
        string name = config.GetString(Key, "");
        if (Type.GetType(name, throwOnError: false) == typeof(VoterMajorityDowning)) return;
        throw new NodeStartException(
            $"{Key} is {(name.Length > 0 ? name : "not set")}, and a broker's cluster may be downed by what its voters "
            + "see alone; take the key out of the configuration, so that KafkaActorsConfig.Fragment sets it");
    }
}
