using System.CommandLine;
using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Options;
using KafkaActors.Client;
using KafkaActors.Client.Administration;

namespace KafkaActors.Cli.Clusters;

/// <summary>Prints the id of the cluster.</summary>
internal sealed class ClusterIdCommand : ToolCommand
{
    private readonly ConnectionOptions _connection = new();

    public ClusterIdCommand(ToolContext context)
        : base(context, "cluster-id", "Print the id of the cluster.")
    {
        _connection.AddTo(this);
        Examples = ["kafka-actors cluster cluster-id --bootstrap-server localhost:9092"];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        var properties = new ClientProperties(ClientProperties.Admin)
            .Add("bootstrap.servers", _connection.Servers(arguments));
        await using KafkaActorsClient client = await ToolClient.StartAsync(properties, stop).ConfigureAwait(false);
        ClusterDescription cluster =
            await client.Admin.DescribeAsync([], cancellationToken: stop).ConfigureAwait(false);
        Context.Text.WriteLine($"Cluster ID: {cluster.ClusterId}");
        return ExitCode.Success;
    }
}
