using System.CommandLine;
using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Options;
using KafkaActors.Client;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.MetadataQuorum;

/// <summary>What the sub-commands share.</summary>
internal static class QuorumClient
{
    public static Task<KafkaActorsClient> StartAsync(
        ConnectionOptions connection, ParseResult arguments, CancellationToken stop) => ToolClient.StartAsync(
            new ClientProperties(ClientProperties.Admin).Add("bootstrap.servers", connection.Servers(arguments)), stop);

    /// <param name="text">As Kafka prints it: 22 characters of URL-safe base64.</param>
    public static DirectoryId Directory(string text) => TopicId.TryParse(text, out TopicId id)
        ? new DirectoryId(id.Value)
        : throw ToolException.Usage(
            $"Failed to parse --controller-directory-id: '{text}' is no directory id; describe --replication shows "
            + "them.");
}
