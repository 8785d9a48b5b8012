using Akka.Configuration;
using KafkaActors.Messages;

namespace KafkaActors.Client.Configuration;

/// <summary>The HOCON that clients need before their ActorSystem starts.</summary>
public static class KafkaActorsClientConfig
{
    private const string ResourcePrefix = "KafkaActors.Client.";

    /// <summary>Every key under <c>kafka-actors.client</c> with its default.</summary>
    public static Config Reference { get; } = Resource("reference.client.conf");

    /// <summary>For an ActorSystem that an application has anyway: defaults and serializer bindings.</summary>
    public static Config Fragment { get; } = Reference.WithFallback(MessagesConfig.Fragment);

    /// <summary>For an ActorSystem that is only a client: remoting on any free port of the loopback as well.</summary>
    public static Config System { get; } = Fragment.WithFallback(Resource("client.conf"));

    /// <summary>The same without remoting, for clients whose contact points are Kafka ports.</summary>
    public static Config SystemWithoutRemoting { get; } =
        ConfigurationFactory.ParseString("akka.actor.provider = local").WithFallback(System);

    private static Config Resource(string name) =>
        ConfigurationFactory.FromResource(ResourcePrefix + name, typeof(KafkaActorsClientConfig).Assembly);
}
