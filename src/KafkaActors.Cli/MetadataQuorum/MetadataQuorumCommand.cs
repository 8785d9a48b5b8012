using System.CommandLine;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Options;

namespace KafkaActors.Cli.MetadataQuorum;

/// <summary>
/// Shows and changes the voters of the metadata log, with the sub-commands of Kafka's <c>kafka-metadata-quorum.sh</c>.
/// </summary>
internal sealed class MetadataQuorumCommand : ToolCommand
{
    public MetadataQuorumCommand(ToolContext context)
        : base(context, "metadata-quorum", "Show and change the voters of the metadata log.")
    {
        var connection = ConnectionOptions.WithoutBrokerList();
        connection.AddTo(this, recursive: true);
        Add(new DescribeQuorumCommand(context, connection));
        Add(new AddControllerCommand(context, connection));
        Add(new RemoveControllerCommand(context, connection));
        Examples =
        [
            "kafka-actors metadata-quorum describe --status",
            "kafka-actors metadata-quorum add-controller --controller-id 2 --controller-id 3",
        ];
    }

    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken stop) =>
        throw ToolException.Usage("One of describe, add-controller and remove-controller is needed.");
}
