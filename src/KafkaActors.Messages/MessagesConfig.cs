using Akka.Configuration;

namespace KafkaActors.Messages;

/// <summary>The HOCON that binds the client conversations to their serializer, in clients and nodes alike.</summary>
public static class MessagesConfig
{
    private const string Resource = "KafkaActors.Messages.reference.messages.conf";

    /// <summary>Must stand in the configuration before an ActorSystem starts.</summary>
    public static Config Fragment { get; } =
        ConfigurationFactory.FromResource(Resource, typeof(MessagesConfig).Assembly);
}
