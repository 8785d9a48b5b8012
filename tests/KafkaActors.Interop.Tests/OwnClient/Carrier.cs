namespace KafkaActors.Interop.Tests.OwnClient;

/// <summary>How a client's requests come to a node.</summary>
public enum Carrier
{
    Socket,
    AkkaRemote,
    ActorSystem,
}
