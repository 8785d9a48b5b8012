using Akka.Configuration;
using KafkaActors.Client;

namespace KafkaActors.Cluster.Tests.Load;

/// <summary>A client that does not log each failed connection to a node that the test has killed.</summary>
internal static class QuietClient
{
    private static readonly Config Quiet = ConfigurationFactory.ParseString("akka.loglevel = OFF");

    public static Task<KafkaActorsClient> Start(string bootstrap) => KafkaActorsClient.StartAsync(bootstrap, Quiet);
}
