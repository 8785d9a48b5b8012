using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace KafkaActors.Broker.Hosting;

/// <summary>
/// Takes the place, and the identifier, of Akka's JSON serializer in a process of our own. What is bound to no
/// serializer is a fault to be seen, not several times its size in JSON; and nobody who can reach the port gets an
/// object of a type of his choice made.
/// </summary>
internal sealed class NoFallbackSerializer : Serializer
{
    public const int JsonIdentifier = 1;

    /// <param name="settings">Those of the serializer whose place it takes; none of them matters here.</param>
    public NoFallbackSerializer(ExtendedActorSystem system, Config settings)
        : base(system) => _ = settings;

    public override int Identifier => JsonIdentifier;

    public override bool IncludeManifest => true;

    public override byte[] ToBinary(object obj) =>
        throw new SerializationException($"{obj.GetType()} is bound to no serializer and does not leave its node");

    public override object FromBinary(byte[] bytes, Type type) =>
        throw new SerializationException($"{type} came as JSON, which is not read");
}
