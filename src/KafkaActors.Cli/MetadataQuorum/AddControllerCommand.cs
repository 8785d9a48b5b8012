using System.CommandLine;
using System.CommandLine.Parsing;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Options;
using KafkaActors.Client;
using KafkaActors.Client.Administration.Quorum;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.MetadataQuorum;

/// <summary>
/// <c>metadata-quorum add-controller</c>: nodes that follow the metadata log become voters, once each has caught up.
/// Kafka's tool runs on the node itself and reads its files; here the nodes are named, and the quorum knows their
/// directories.
/// </summary>
internal sealed class AddControllerCommand : ToolCommand
{
    private readonly ConnectionOptions _connection;

    private readonly Option<int[]> _ids = new("--controller-id", "-i")
    {
        Description = "A node that is to become a voter; repeatable: from a single voter all are added in one step",
        HelpName = "ID",
        AllowMultipleArgumentsPerToken = true,
        Required = true,
    };

    private readonly Option<string> _directory = new("--controller-directory-id", "-d")
    {
        Description = "With a single --controller-id: its metadata directory [default: the one that answers there]",
        HelpName = "DIRECTORY-ID",
    };

    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Print what would be done, but do not do it",
    };

    public AddControllerCommand(ToolContext context, ConnectionOptions connection)
        : base(context, "add-controller", "Make nodes voters of the metadata log.")
    {
        _connection = connection;
        foreach (Option option in (Option[])[_ids, _directory, _dryRun]) Add(option);
        Validators.Add(Check);
        Examples =
        [
            "kafka-actors metadata-quorum add-controller --controller-id 2 --controller-id 3",
            "kafka-actors metadata-quorum add-controller --controller-id 4 --dry-run",
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        await using KafkaActorsClient client =
            await QuorumClient.StartAsync(_connection, arguments, stop).ConfigureAwait(false);
        QuorumAdministration admin = client.Admin.Quorum;
        QuorumDescription quorum = await admin.DescribeAsync(cancellationToken: stop).ConfigureAwait(false);
        DirectoryId? directory =
            arguments.GetValue(_directory) is { } text ? QuorumClient.Directory(text) : null;
        (NodeId Node, DirectoryId? Directory)[] added =
        [
            .. arguments.GetValue(_ids)!.Distinct().Select(id => new NodeId(id))
                .Select(node => (node, directory ?? Answering(quorum, node))),
        ];
        bool isOneStep = quorum.Voters.Count == 1 && added.Length > 1;
        foreach ((NodeId Node, DirectoryId? Directory)[] step in isOneStep ? [added] : added.Chunk(1))
        {
            if (!arguments.GetValue(_dryRun))
                await admin.AddVotersAsync(step, cancellationToken: stop).ConfigureAwait(false);
            foreach ((NodeId node, DirectoryId? found) in step)
                Context.Text.WriteLine(
                    $"{(arguments.GetValue(_dryRun) ? "DRY RUN of adding" : "Added")} controller {node} with directory "
                    + $"id {found?.ToString() ?? "of its own"}");
        }

        if (quorum.Voters.Count + added.Length == 2)
            Context.Error.WriteLine("Of two voters neither can be spared: add a third one.");
        return ExitCode.Success;
    }

    private static DirectoryId? Answering(QuorumDescription quorum, NodeId node) =>
        quorum.Observers.FirstOrDefault(observer => observer.Node == node)?.Directory;

    private void Check(CommandResult result)
    {
        int[] ids = result.GetValue(_ids) ?? [];
        if (ids.Any(id => id < 0)) result.AddError("Invalid negative --controller-id.");
        if (ids.Length > 1 && result.GetValue(_directory) is not null)
            result.AddError("--controller-directory-id goes with a single --controller-id.");
    }
}
