using Akka.Actor;

namespace KafkaActors.Messages.Serialization;

/// <summary>
/// The messages between clients and nodes. Manifests begin with the conversation's letter; a manifest is never reused.
/// </summary>
public sealed class ClientMessageSerializer(ExtendedActorSystem system)
    : ManifestSerializer(system, SerializerId, Layouts)
{
    public const int SerializerId = 9092_01;

    internal static IReadOnlyList<MessageLayout> Layouts => SessionLayouts.All;
}
