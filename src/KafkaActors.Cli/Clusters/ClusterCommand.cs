using System.CommandLine;
using KafkaActors.Cli.Invocation;

namespace KafkaActors.Cli.Clusters;

/// <summary>What Kafka's <c>kafka-cluster.sh</c> does: the cluster's id, and brokers that will not come back.</summary>
internal sealed class ClusterCommand : ToolCommand
{
    public ClusterCommand(ToolContext context)
        : base(context, "cluster", "Show the cluster's id, and take brokers out of it that will not come back.")
    {
        Add(new ClusterIdCommand(context));
        Add(new UnregisterBrokerCommand(context));
        Examples =
        [
            "kafka-actors cluster cluster-id",
            "kafka-actors cluster unregister --id 3",
        ];
    }

    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken stop) =>
        throw ToolException.Usage("cluster takes one of: cluster-id, unregister.");
}
