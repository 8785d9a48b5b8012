using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using KafkaActors.Broker.Hosting;

namespace KafkaActors.Broker.Tests.Hosting;

public sealed class NoFallbackSerializerTests
{
    [Test]
    public async Task What_is_bound_to_no_serializer_is_neither_written_nor_read()
    {
        Config config = ConfigurationFactory.ParseString(
            $"""akka.actor.serializers.json = "{typeof(NoFallbackSerializer).AssemblyQualifiedName}" """);
        var system = (ExtendedActorSystem)ActorSystem.Create("no-fallback", config);
        Serializer found = system.Serialization.FindSerializerForType(typeof(Unbound));
        Assert.That(found, Is.InstanceOf<NoFallbackSerializer>());
        Assert.That(found.Identifier, Is.EqualTo(new NewtonSoftJsonSerializer(system).Identifier));
        Assert.That(() => found.ToBinary(new Unbound(1)), Throws.TypeOf<SerializationException>()
            .With.Message.Contains(nameof(Unbound)));
        Assert.That(
            () => system.Serialization.Deserialize(
                "{}"u8.ToArray(), NoFallbackSerializer.JsonIdentifier, typeof(Unbound)),
            Throws.TypeOf<SerializationException>());
        await system.Terminate();
    }

    private sealed record Unbound(int Value);
}
