using Akka.Configuration;
using KafkaActors.Broker.Configuration;
using KafkaActors.Messages.Authentication;
using KafkaActors.Messages.Remoting;

namespace KafkaActors.Broker.Hosting;

/// <summary>
/// Before anything is started: whether the secrets can be used, and whether the ActorSystem's ports will ask for them.
/// </summary>
internal static class SecretCheck
{
    /// <exception cref="InvalidSettingException">They cannot, or it will not.</exception>
    public static void Of(Config config)
    {
        RemoteSecrets secrets = RemoteSecrets.Of(config);
        if (!secrets.HasAny) return;
        if (secrets.ClusterFile is null)
        {
            throw new InvalidSettingException(
                "kafka-actors.cluster.client.secret.file is set without kafka-actors.cluster.secret.file: clients "
                + "would be asked for a secret, and nodes for none");
        }

        if (RemoteSecrets.Unguarded(config) is { } transport)
        {
            throw new InvalidSettingException(
                $"{transport}.applied-adapters lacks {RemoteSecrets.AdapterName}: its port would ask nobody for the "
                + "secret in kafka-actors.cluster.secret.file");
        }

        try
        {
            secrets.Read();
        }
        catch (SecretException fault)
        {
            throw new InvalidSettingException($"a secret cannot be used: {fault.Message}", fault);
        }
    }
}
