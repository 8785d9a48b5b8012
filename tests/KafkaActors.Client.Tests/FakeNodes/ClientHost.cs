using Akka.Actor;
using Akka.Configuration;
using KafkaActors.Client.Configuration;

namespace KafkaActors.Client.Tests.FakeNodes;

/// <summary>An application's ActorSystem with the client that it shares, and an inbox in its actors' place.</summary>
internal sealed class ClientHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private ClientHost(ActorSystem system)
    {
        System = system;
        Client = KafkaActorsClient.For(system);
        Inbox = Inbox.Create(system);
    }

    public ActorSystem System { get; }

    public KafkaActorsClient Client { get; }

    public Inbox Inbox { get; }

    public static ClientHost Start(FakeNode node, string overlay = "")
    {
        Config config = ConfigurationFactory.ParseString(
            $"kafka-actors.client.bootstrap.servers = \"127.0.0.1:{node.Port}\"\nakka.actor.serialize-messages = on");
        config = config.WithFallback(TestClient.Overlay(overlay)).WithFallback(KafkaActorsClientConfig.System);
        return new ClientHost(ActorSystem.Create("application", config));
    }

    public void Tell(IActorRef actor, object message) => actor.Tell(message, Inbox.Receiver);

    /// <summary>The next message, which must be of this type.</summary>
    public async Task<T> ExpectAsync<T>()
    {
        object message = await Inbox.ReceiveAsync(Patience);
        Assert.That(message, Is.InstanceOf<T>());
        return (T)message;
    }

    /// <summary>What comes up to the first message of the type, with it.</summary>
    public async Task<IReadOnlyList<object>> ExpectUpToAsync<T>()
    {
        List<object> messages = [];
        do messages.Add(await Inbox.ReceiveAsync(Patience));
        while (messages[^1] is not T);
        return messages;
    }

    public async ValueTask DisposeAsync() => await System.Terminate();
}
