using System.CommandLine;
using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Options;
using KafkaActors.Client;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Clusters;

/// <summary>Takes a broker out of the cluster that will not come back.</summary>
internal sealed class UnregisterBrokerCommand : ToolCommand
{
    private readonly ConnectionOptions _connection = new();

    private readonly Option<int> _id = new("--id", "-i")
    {
        Description = "The broker's node.id",
        HelpName = "ID",
        Required = true,
    };

    public UnregisterBrokerCommand(ToolContext context)
        : base(context, "unregister", "Take a broker out of the cluster that will not come back; stop it before.")
    {
        _connection.AddTo(this);
        Add(_id);
        Examples = ["kafka-actors cluster unregister --id 3 --bootstrap-server localhost:9092"];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        int id = arguments.GetValue(_id);
        var properties = new ClientProperties(ClientProperties.Admin)
            .Add("bootstrap.servers", _connection.Servers(arguments));
        await using KafkaActorsClient client = await ToolClient.StartAsync(properties, stop).ConfigureAwait(false);
        await client.Admin.UnregisterBrokerAsync(new NodeId(id), cancellationToken: stop).ConfigureAwait(false);
        Context.Text.WriteLine($"Broker {id} is no longer registered.");
        return ExitCode.Success;
    }
}
