using Akka.Actor.Setup;

namespace KafkaActors.Broker.Hosting;

/// <summary>Where <see cref="NodeLogger"/> writes; given to the ActorSystem when it is created.</summary>
internal sealed class NodeLog(TextWriter writer) : Setup
{
    public TextWriter Writer { get; } = writer;
}
