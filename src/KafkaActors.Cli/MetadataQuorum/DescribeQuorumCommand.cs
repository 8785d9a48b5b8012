using System.CommandLine;
using System.CommandLine.Parsing;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Options;
using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Client.Administration.Quorum;

namespace KafkaActors.Cli.MetadataQuorum;

/// <summary><c>metadata-quorum describe</c>: who leads, who votes, who follows, and how far.</summary>
internal sealed class DescribeQuorumCommand : ToolCommand
{
    private readonly ConnectionOptions _connection;

    private readonly Option<bool> _status = new("--status")
    {
        Description = "A short summary: leader, epoch, high watermark, lag, voters and observers",
    };

    private readonly Option<bool> _replication = new("--replication")
    {
        Description = "A row for each voter and observer: how far its log is",
    };

    private readonly Option<bool> _humanReadable = new("--human-readable")
    {
        Description = "With --replication: times as milliseconds ago",
    };

    private readonly JsonOption _json = JsonOption.Create();

    public DescribeQuorumCommand(ToolContext context, ConnectionOptions connection)
        : base(context, "describe", "Describe the metadata quorum.")
    {
        _connection = connection;
        foreach (Option option in (Option[])[_status, _replication, _humanReadable, _json]) Add(option);
        Validators.Add(Check);
        Examples =
        [
            "kafka-actors metadata-quorum describe --status",
            "kafka-actors metadata-quorum describe --replication --human-readable",
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        await using KafkaActorsClient client =
            await QuorumClient.StartAsync(_connection, arguments, stop).ConfigureAwait(false);
        QuorumDescription quorum = await client.Admin.Quorum.DescribeAsync(cancellationToken: stop)
            .ConfigureAwait(false);
        var report = new QuorumReport(Context, quorum);
        if (arguments.GetValue(_json))
        {
            report.Json();
        }
        else if (arguments.GetValue(_replication))
        {
            report.Replication(arguments.GetValue(_humanReadable));
        }
        else
        {
            ClusterDescription cluster =
                await client.Admin.DescribeAsync([], cancellationToken: stop).ConfigureAwait(false);
            report.Status(cluster.ClusterId);
        }

        return ExitCode.Success;
    }

    private void Check(CommandResult result)
    {
        if (result.GetValue(_status) == result.GetValue(_replication))
            result.AddError("One of --status or --replication is needed.");
        if (result.GetValue(_humanReadable) && !result.GetValue(_replication))
            result.AddError("--human-readable needs --replication.");
    }
}
