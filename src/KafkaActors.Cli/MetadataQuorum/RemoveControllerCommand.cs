using System.CommandLine;
using System.CommandLine.Parsing;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Options;
using KafkaActors.Client;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.MetadataQuorum;

/// <summary>
/// <c>metadata-quorum remove-controller</c>: a voter is one no longer. A node that lives follows on, and stays a broker
/// if it is one.
/// </summary>
internal sealed class RemoveControllerCommand : ToolCommand
{
    private readonly ConnectionOptions _connection;

    private readonly Option<int> _id = new("--controller-id", "-i")
    {
        Description = "The id of the controller to remove", HelpName = "ID", Required = true,
    };

    private readonly Option<string> _directory = new("--controller-directory-id", "-d")
    {
        Description = "The directory id of the controller to remove, as describe --replication shows it",
        HelpName = "DIRECTORY-ID",
        Required = true,
    };

    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Print what would be done, but do not do it",
    };

    public RemoveControllerCommand(ToolContext context, ConnectionOptions connection)
        : base(context, "remove-controller", "Take a voter out of the metadata quorum.")
    {
        _connection = connection;
        foreach (Option option in (Option[])[_id, _directory, _dryRun]) Add(option);
        Validators.Add(Check);
        Examples =
        [
            "kafka-actors metadata-quorum remove-controller --controller-id 3 "
                + "--controller-directory-id ILZ5MPTeRWakmJu99uBJCA",
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        var node = new NodeId(arguments.GetValue(_id));
        DirectoryId directory = QuorumClient.Directory(arguments.GetValue(_directory)!);
        if (arguments.GetValue(_dryRun))
        {
            Context.Text.WriteLine($"DRY RUN of removing  KRaft controller {node} with directory id {directory}");
            return ExitCode.Success;
        }

        await using KafkaActorsClient client =
            await QuorumClient.StartAsync(_connection, arguments, stop).ConfigureAwait(false);
        await client.Admin.Quorum.RemoveVoterAsync(node, directory, cancellationToken: stop).ConfigureAwait(false);
        Context.Text.WriteLine($"Removed  KRaft controller {node} with directory id {directory}");
        return ExitCode.Success;
    }

    private void Check(CommandResult result)
    {
        if (result.GetResult(_id) is not null && result.GetValue(_id) < 0)
            result.AddError($"Invalid negative --controller-id: {result.GetValue(_id)}");
    }
}
