using System.CommandLine;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Options;

namespace KafkaActors.Cli.MetadataQuorum;

/// <summary>
/// Shows and changes the voters of the metadata log, with the sub-commands of Kafka's <c>kafka-metadata-quorum.sh</c>.
/// </summary>
internal sealed class MetadataQuorumCommand : Command
{
    public MetadataQuorumCommand(ToolContext context)
        : base("metadata-quorum", "Show and change the voters of the metadata log.")
    {
        var connection = ConnectionOptions.WithoutBrokerList();
        connection.AddTo(this, recursive: true);
        Add(new DescribeQuorumCommand(context, connection));
        Add(new AddControllerCommand(context, connection));
        Add(new RemoveControllerCommand(context, connection));
    }
}
