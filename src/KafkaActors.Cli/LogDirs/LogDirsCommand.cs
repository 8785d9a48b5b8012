using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Options;
using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Client.Administration.LogDirs;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.LogDirs;

/// <summary>
/// Shows the data directories of nodes as Kafka's tool does, with what was set aside in them and what is wrong with
/// logs, and removes what was set aside.
/// </summary>
internal sealed class LogDirsCommand : ToolCommand
{
    private readonly ConnectionOptions _connection = ConnectionOptions.WithoutBrokerList();

    private readonly Option<bool> _describe = new("--describe")
    {
        Description = "Show the log directories, their partitions, what was set aside and what is damaged",
    };

    private readonly Option<bool> _removeStrays = new("--remove-strays")
    {
        Description = "Remove what was set aside because no metadata explains it; shows what would go, until --execute",
    };

    private readonly Option<bool> _forgetDamage = new("--forget-damage")
    {
        Description = "Forget what is known of damaged logs, and remove what was cut out of them and kept; shows what "
            + "would go, until --execute",
    };

    private readonly Option<bool> _execute = new("--execute")
    {
        Description = "With --remove-strays or --forget-damage: do it for good",
    };

    private readonly Option<string> _topicList = new("--topic-list")
    {
        Description = "Only these topics [default: all]",
        HelpName = "TOPIC,TOPIC",
    };

    private readonly Option<string> _brokerList = new("--broker-list")
    {
        Description = "Only these brokers, by id [default: all]",
        HelpName = "ID,ID",
    };

    private readonly JsonOption _json = JsonOption.Create();

    public LogDirsCommand(ToolContext context)
        : base(context, "log-dirs", "Show log directories, and remove what was set aside in them.")
    {
        _connection.AddTo(this);
        foreach (Option option in (Option[])
            [_describe, _removeStrays, _forgetDamage, _execute, _topicList, _brokerList, _json])
            Add(option);
        Validators.Add(Check);
        Examples =
        [
            "kafka-actors log-dirs --describe",
            "kafka-actors log-dirs --describe --broker-list 1 --topic-list orders,payments",
            "kafka-actors log-dirs --remove-strays --topic-list orders",
            "kafka-actors log-dirs --remove-strays --execute",
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        IReadOnlyList<NodeId> asked = Brokers(arguments.GetValue(_brokerList));
        IReadOnlyList<string> topics = Words(arguments.GetValue(_topicList));
        var properties = new ClientProperties(ClientProperties.Admin)
            .Add("bootstrap.servers", _connection.Servers(arguments));
        await using KafkaActorsClient client = await ToolClient.StartAsync(properties, stop).ConfigureAwait(false);
        IReadOnlyList<NodeId> nodes = await NodesAsync(client, asked, stop).ConfigureAwait(false);
        var report = new LogDirsReport(Context, arguments.GetValue(_json));
        return arguments.GetValue(_describe)
            ? await DescribeAsync(client.Admin.LogDirs, nodes, topics, report, stop).ConfigureAwait(false)
            : await RemoveAsync(client.Admin.LogDirs, nodes, topics, arguments, report, stop).ConfigureAwait(false);
    }

    private static async Task<int> DescribeAsync(
        LogDirAdministration admin,
        IReadOnlyList<NodeId> nodes,
        IReadOnlyList<string> topics,
        LogDirsReport report,
        CancellationToken stop)
    {
        report.Asking();
        var answers = new List<(NodeId Node, IReadOnlyList<LogDirDescription> Directories)>();
        foreach (NodeId node in nodes)
        {
            IReadOnlyList<LogDirDescription> all =
                await admin.DescribeAsync(node, cancellationToken: stop).ConfigureAwait(false);
            answers.Add((node, [.. all.Select(directory => Only(topics, directory))]));
        }

        report.Describe(answers);
        return answers.All(answer => answer.Directories.All(directory => directory.Error == ErrorCode.None))
            ? ExitCode.Success
            : ExitCode.Failure;
    }

    private async Task<int> RemoveAsync(
        LogDirAdministration admin,
        IReadOnlyList<NodeId> nodes,
        IReadOnlyList<string> topics,
        ParseResult arguments,
        LogDirsReport report,
        CancellationToken stop)
    {
        bool executes = arguments.GetValue(_execute);
        var removed = new List<(NodeId Node, RemovedStray Stray)>();
        foreach (NodeId node in nodes)
        {
            IReadOnlyList<string>? some = topics.Count == 0 ? null : topics;
            IReadOnlyList<RemovedStray> strays = arguments.GetValue(_forgetDamage)
                ? await admin.ForgetDamageAsync(node, some, !executes, cancellationToken: stop).ConfigureAwait(false)
                : await admin.RemoveStraysAsync(node, some, !executes, cancellationToken: stop).ConfigureAwait(false);
            removed.AddRange(strays.Select(stray => (node, stray)));
        }

        report.Removed(removed, executes);
        return ExitCode.Success;
    }

    private static async Task<IReadOnlyList<NodeId>> NodesAsync(
        KafkaActorsClient client, IReadOnlyList<NodeId> asked, CancellationToken stop)
    {
        ClusterDescription cluster =
            await client.Admin.DescribeAsync([], cancellationToken: stop).ConfigureAwait(false);
        NodeId[] existing = [.. cluster.Brokers.Select(broker => broker.Node).Order()];
        NodeId[] missing = [.. asked.Except(existing)];
        if (missing.Length > 0)
            throw new ToolException(
                $"the given brokers do not exist from --broker-list: {string.Join(",", missing)}. "
                + $"Current existent brokers: {string.Join(",", existing)}.");
        return asked.Count == 0 ? existing : [.. asked.Distinct()];
    }

    private static LogDirDescription Only(IReadOnlyList<string> topics, LogDirDescription directory) =>
        topics.Count == 0
            ? directory
            : directory with
            {
                Partitions = [.. directory.Partitions.Where(one => topics.Contains(one.Partition.Topic))],
                Strays = [.. directory.Strays.Where(one => topics.Contains(one.Partition.Topic))],
                Damage = [.. directory.Damage.Where(one => topics.Contains(one.Partition.Topic))],
            };

    private static IReadOnlyList<NodeId> Brokers(string? list) => [.. Words(list).Select(word =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            ? new NodeId(id)
            : throw ToolException.Usage($"'{word}' is no broker id: --broker-list takes numbers, as in 1,2."))];

    private static string[] Words(string? list) =>
        list?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private void Check(CommandResult result)
    {
        Option<bool>[] actions = [_describe, _removeStrays, _forgetDamage];
        if (actions.Count(action => result.GetValue(action)) != 1)
            result.AddError($"Exactly one is needed: {string.Join(", ", actions.Select(action => action.Name))}.");
        if (result.GetValue(_execute) && result.GetValue(_describe))
            result.AddError("--execute needs --remove-strays or --forget-damage.");
    }
}
