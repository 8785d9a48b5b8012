using System.CommandLine;
using System.CommandLine.Parsing;
using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Options;
using KafkaActors.Client;
using KafkaActors.Client.Administration;

namespace KafkaActors.Cli.Topics;

/// <summary>Creates, lists, describes, alters and deletes topics.</summary>
internal sealed class TopicsCommand : ToolCommand
{
    private readonly ConnectionOptions _connection = new();
    private readonly Option<bool> _create = Flag("--create", "Create a topic");
    private readonly Option<bool> _list = Flag("--list", "List the names of topics");
    private readonly Option<bool> _describe = Flag("--describe", "Show topics and their partitions");
    private readonly Option<bool> _alter = Flag("--alter", "Give a topic more partitions");
    private readonly Option<bool> _delete = Flag("--delete", "Delete topics");

    private readonly Option<string> _topic = new("--topic")
    {
        Description = "A topic's name; except with --create also a regular expression",
        HelpName = "NAME",
    };

    private readonly Option<int?> _partitions = new("--partitions")
    {
        Description = "How many partitions it has, or shall have [default: the cluster's num.partitions]",
        HelpName = "COUNT",
    };

    private readonly Option<short?> _replicationFactor = new("--replication-factor")
    {
        Description = "How many nodes hold each partition [default: the cluster's]",
        HelpName = "COUNT",
    };

    private readonly Option<string> _replicaAssignment = new("--replica-assignment")
    {
        Description = "Which nodes hold which partition, as in 1:2,2:3",
        HelpName = "NODE:NODE,...",
    };

    private readonly KeyValueOption _config = new(
        "--config", "A topic configuration for --create, as in retention.ms=60000; repeatable");

    private readonly Option<bool> _ifNotExists = Flag("--if-not-exists", "With --create: do nothing if it exists");
    private readonly Option<bool> _ifExists = Flag("--if-exists", "Do nothing if it does not exist");
    private readonly Option<bool> _excludeInternal = Flag("--exclude-internal", "Leave out the cluster's own topics");
    private readonly Option<bool> _underReplicated = Flag("--under-replicated-partitions", "Only those");
    private readonly Option<bool> _unavailable = Flag("--unavailable-partitions", "Only those without a leader");
    private readonly Option<bool> _underMinIsr = Flag("--under-min-isr-partitions", "Only those");
    private readonly Option<bool> _atMinIsr = Flag("--at-min-isr-partitions", "Only those");

    private readonly Option<bool> _withOverrides =
        Flag("--topics-with-overrides", "Only topics with a configuration of their own");

    private readonly JsonOption _json = JsonOption.Create();

    public TopicsCommand(ToolContext context)
        : base(context, "topics", "Create, list, describe, alter and delete topics.")
    {
        _connection.AddTo(this);
        Option[] options =
        [
            _create, _list, _describe, _alter, _delete, _topic, _partitions, _replicationFactor, _replicaAssignment,
            _config, _ifNotExists, _ifExists, _excludeInternal, _underReplicated, _unavailable, _underMinIsr, _atMinIsr,
            _withOverrides, _json,
        ];
        foreach (Option option in options) Add(option);
        Validators.Add(Check);
        Examples =
        [
            "kafka-actors topics --create --topic test --partitions 1 --replication-factor 1",
            "kafka-actors topics --list",
            "kafka-actors topics --describe --topic test",
            "kafka-actors topics --alter --topic test --partitions 4",
            "kafka-actors topics --delete --topic test",
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        NewTopic? newTopic = arguments.GetValue(_create) ? NewTopic(arguments) : null;
        var properties = new ClientProperties(ClientProperties.Admin)
            .Add("bootstrap.servers", _connection.Servers(arguments));
        await using KafkaActorsClient client = await ToolClient.StartAsync(properties, stop).ConfigureAwait(false);
        var changes = new TopicChanges(Context, client);
        if (newTopic is not null)
            await changes.CreateAsync(newTopic, arguments.GetValue(_ifNotExists), stop).ConfigureAwait(false);
        else if (arguments.GetValue(_alter))
            await changes.AlterAsync(await NamesAsync(client, arguments, stop).ConfigureAwait(false),
                arguments.GetRequiredValue(_partitions)!.Value,
                ReplicaAssignmentText.Parse(arguments.GetValue(_replicaAssignment)),
                stop).ConfigureAwait(false);
        else if (arguments.GetValue(_delete))
            await changes.DeleteAsync(await NamesAsync(client, arguments, stop).ConfigureAwait(false), stop)
                .ConfigureAwait(false);
        else await ShowAsync(client, arguments, stop).ConfigureAwait(false);
        return ExitCode.Success;
    }

    internal NewTopic NewTopic(ParseResult arguments)
    {
        var assignment = ReplicaAssignmentText.Parse(arguments.GetValue(_replicaAssignment));
        return new NewTopic(
            arguments.GetRequiredValue(_topic),
            arguments.GetValue(_partitions) ?? -1,
            arguments.GetValue(_replicationFactor) ?? -1,
            assignment,
            _config.Pairs(arguments));
    }

    private async Task ShowAsync(KafkaActorsClient client, ParseResult arguments, CancellationToken stop)
    {
        var report = new TopicsReport(Context, arguments.GetValue(_json));
        IReadOnlyList<string> names = await NamesAsync(client, arguments, stop).ConfigureAwait(false);
        if (arguments.GetValue(_list))
        {
            report.List(names);
            return;
        }

        IReadOnlyList<TopicDescription> topics =
            await TopicDescriptions.ReadAsync(client, names, stop).ConfigureAwait(false);
        if (arguments.GetValue(_withOverrides)) topics = [.. topics.Where(topic => topic.Configs.Count > 0)];
        report.Describe(topics, new PartitionFilter(
            arguments.GetValue(_underReplicated),
            arguments.GetValue(_unavailable),
            arguments.GetValue(_underMinIsr),
            arguments.GetValue(_atMinIsr)));
    }

    /// <summary>The topics meant by <c>--topic</c>, or all.</summary>
    private async Task<IReadOnlyList<string>> NamesAsync(
        KafkaActorsClient client, ParseResult arguments, CancellationToken stop)
    {
        IReadOnlyList<TopicMetadata> topics = await TopicList.AllAsync(client, stop).ConfigureAwait(false);
        bool withoutInternal = arguments.GetValue(_excludeInternal);
        string[] names = [.. topics.Where(topic => !withoutInternal || !topic.IsInternal).Select(topic => topic.Name)];
        if (arguments.GetValue(_topic) is not { } topic) return names;
        string[] meant = [.. TopicPattern.Parse(topic).Select(names)];
        bool mayBeNone = arguments.GetValue(_list) || arguments.GetValue(_ifExists);
        return meant.Length > 0 || mayBeNone
            ? meant
            : throw new ToolException($"topic '{topic}' does not exist; topics --list shows those that do.");
    }

    private void Check(CommandResult result)
    {
        Option<bool>[] actions = [_create, _list, _describe, _alter, _delete];
        if (actions.Count(action => result.GetValue(action)) != 1)
            result.AddError("Exactly one is needed: --create, --list, --describe, --alter or --delete.");
        bool needsTopic = result.GetValue(_create) || result.GetValue(_alter) || result.GetValue(_delete);
        if (needsTopic && !result.Has(_topic)) result.AddError("--topic is needed.");
        if (result.GetValue(_alter) && !result.Has(_partitions))
            result.AddError("--alter needs --partitions; configurations are changed with 'configs --alter'.");
        bool hasCounts = result.Has(_partitions) || result.Has(_replicationFactor);
        if (result.GetValue(_create) && hasCounts && result.Has(_replicaAssignment))
            result.AddError("--replica-assignment says already what --partitions and --replication-factor say.");
    }

    private static Option<bool> Flag(string name, string description) => new(name) { Description = description };
}
