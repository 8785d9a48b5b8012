using Akka.Configuration;
using KafkaActors.Client;

namespace KafkaActors.Interop.Tests.Harness;

/// <summary>A client of this project that writes nothing between the lines of the test run.</summary>
internal static class QuietClient
{
    private static readonly Config Quiet = ConfigurationFactory.ParseString("akka.loglevel = OFF");

    public static Task<KafkaActorsClient> StartAsync(string bootstrap) =>
        KafkaActorsClient.StartAsync(bootstrap, Quiet);
}
