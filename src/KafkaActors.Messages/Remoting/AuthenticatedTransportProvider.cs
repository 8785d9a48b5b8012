using Akka.Actor;
using Akka.Remote.Transport;

namespace KafkaActors.Messages.Remoting;

/// <summary>
/// Made by Akka for <c>akka.remote.adapters.kafka-actors-secret</c>. In a system that is no node and holds no secret
/// the transport stays as it is.
/// </summary>
internal sealed class AuthenticatedTransportProvider : ITransportAdapterProvider
{
    public Transport Create(Transport wrappedTransport, ExtendedActorSystem system)
    {
        RemoteSecrets settings = RemoteSecrets.Of(system.Settings.Config);
        return settings.IsNode || settings.HasAny
            ? new AuthenticatedTransport(wrappedTransport, system, settings, TimeProvider.System)
            : wrappedTransport;
    }
}
