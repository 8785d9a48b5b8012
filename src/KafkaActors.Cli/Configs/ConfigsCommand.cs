using System.CommandLine;
using System.CommandLine.Parsing;
using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Options;
using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Client.Administration.Configs;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Configs;

/// <summary>Shows and changes the configuration of topics, groups and brokers.</summary>
internal sealed class ConfigsCommand : ToolCommand
{
    private static readonly Dictionary<string, ConfigResourceType> EntityTypes = new()
    {
        ["topics"] = ConfigResourceType.Topic,
        ["brokers"] = ConfigResourceType.Broker,
        ["groups"] = ConfigResourceType.Group,
    };

    private readonly ConnectionOptions _connection = new();
    private readonly Option<bool> _describe = new("--describe") { Description = "Show a configuration" };
    private readonly Option<bool> _alter = new("--alter") { Description = "Change a configuration" };

    private readonly ChoiceOption<ConfigResourceType> _entityType =
        new("--entity-type", "What has the configuration", EntityTypes);

    private readonly Option<string> _entityName = new("--entity-name")
    {
        Description = "The topic, the group, or the broker's node id [default: all, with --describe]",
        HelpName = "NAME",
    };

    private readonly Option<bool> _entityDefault = new("--entity-default")
    {
        Description = "The default of all brokers",
    };

    private readonly Option<string> _topic = new("--topic") { Description = "The same as --entity-type topics ..." };
    private readonly Option<string> _broker = new("--broker") { Description = "The same as --entity-type brokers ..." };

    private readonly Option<string> _group = new("--group") { Description = "The same as --entity-type groups ..." };

    private readonly Option<string[]> _addConfig = new("--add-config")
    {
        Description = "Set these; a value with commas stands in brackets",
        HelpName = "K=V,K=[V,V]",
    };

    private readonly Option<string[]> _deleteConfig = new("--delete-config")
    {
        Description = "Return these to their defaults",
        HelpName = "K,K",
    };

    private readonly Option<bool> _all = new("--all") { Description = "With --describe: defaults too" };
    private readonly JsonOption _json = JsonOption.Create();

    public ConfigsCommand(ToolContext context)
        : base(context, "configs", "Show and change the configuration of topics, groups and brokers.")
    {
        _connection.AddTo(this);
        Option[] options =
        [
            _describe, _alter, _entityType, _entityName, _entityDefault, _topic, _broker, _group, _addConfig,
            _deleteConfig, _all, _json,
        ];
        foreach (Option option in options) Add(option);
        Validators.Add(Check);
        Examples =
        [
            "kafka-actors configs --describe --entity-type topics --entity-name test --all",
            "kafka-actors configs --alter --entity-type topics --entity-name test "
                + "--add-config retention.ms=3600000,cleanup.policy=[compact,delete]",
            "kafka-actors configs --alter --topic test --delete-config retention.ms",
            "kafka-actors configs --alter --entity-type groups --entity-name g "
                + "--add-config consumer.session.timeout.ms=50000",
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        IReadOnlyList<ConfigChange> changes = Changes(arguments);
        var properties = new ClientProperties(ClientProperties.Admin)
            .Add("bootstrap.servers", _connection.Servers(arguments));
        await using KafkaActorsClient client = await ToolClient.StartAsync(properties, stop).ConfigureAwait(false);
        if (arguments.GetValue(_alter))
            await AlterAsync(client, Named(arguments), changes, stop).ConfigureAwait(false);
        else
            await DescribeAsync(client, arguments, stop).ConfigureAwait(false);
        return ExitCode.Success;
    }

    internal IReadOnlyList<ConfigChange> Changes(ParseResult arguments)
    {
        var changes = new List<ConfigChange>();
        foreach (string text in arguments.GetValue(_addConfig) ?? [])
        {
            changes.AddRange(ConfigAssignments.Parse(text).Select(pair =>
                new ConfigChange(pair.Key, ConfigOperation.Set, pair.Value)));
        }

        foreach (string text in arguments.GetValue(_deleteConfig) ?? [])
        {
            changes.AddRange(text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(key =>
                new ConfigChange(key.Trim(), ConfigOperation.Delete, null)));
        }

        return changes;
    }

    private async Task AlterAsync(
        KafkaActorsClient client,
        ConfigResource resource,
        IReadOnlyList<ConfigChange> changes,
        CancellationToken stop)
    {
        var change = new ResourceChange(resource, changes);
        IReadOnlyList<ResourceResult> results =
            await client.Admin.AlterConfigsAsync([change], cancellationToken: stop).ConfigureAwait(false);
        foreach (ResourceResult result in results.Where(result => result.Error != ErrorCode.None))
        {
            throw new ToolException(
                $"{ConfigsReport.Word(resource)} was not changed: "
                + ErrorName.Describe(result.Error, result.Message));
        }

        Context.Text.WriteLine($"Completed updating config for {ConfigsReport.Word(resource)}.");
    }

    private async Task DescribeAsync(KafkaActorsClient client, ParseResult arguments, CancellationToken stop)
    {
        ConfigResource named = Named(arguments);
        bool isOne = named.Name.Length > 0 || arguments.GetValue(_entityDefault);
        ConfigResource[] resources = isOne
            ? [named]
            : [.. (await NamesAsync(client, named.Type, stop).ConfigureAwait(false))
                .Select(name => named with { Name = name })];
        if (resources.Length == 0) return;
        var report = new ConfigsReport(Context, arguments.GetValue(_all), arguments.GetValue(_json));
        report.Describe(
            await client.Admin.Configs.DescribeAsync(resources, cancellationToken: stop).ConfigureAwait(false));
    }

    // As Kafka's tool has it: all there are, and for brokers the default of all of them after each one's own.
    private static async Task<IEnumerable<string>> NamesAsync(
        KafkaActorsClient client, ConfigResourceType type, CancellationToken stop)
    {
        switch (type)
        {
            case ConfigResourceType.Topic:
                return (await TopicList.AllAsync(client, stop).ConfigureAwait(false)).Select(topic => topic.Name);
            case ConfigResourceType.Group:
                return (await client.Admin.Groups.ListAsync(cancellationToken: stop).ConfigureAwait(false))
                    .Select(group => group.GroupId);
            default:
                ClusterDescription cluster =
                    await client.Admin.DescribeAsync([], cancellationToken: stop).ConfigureAwait(false);
                return cluster.Brokers.Select(broker => broker.Node.ToString()).Append("");
        }
    }

    /// <summary>The empty name: every topic, or the default of all brokers.</summary>
    private ConfigResource Named(ParseResult arguments)
    {
        if (arguments.GetValue(_topic) is { } topic)
            return new ConfigResource(ConfigResourceType.Topic, topic);
        if (arguments.GetValue(_broker) is { } broker)
            return new ConfigResource(ConfigResourceType.Broker, broker);
        if (arguments.GetValue(_group) is { } group)
            return new ConfigResource(ConfigResourceType.Group, group);
        return new ConfigResource(
            _entityType.Choice(arguments, ConfigResourceType.Topic), arguments.GetValue(_entityName) ?? "");
    }

    private void Check(CommandResult result)
    {
        bool alters = result.GetValue(_alter);
        if (result.GetValue(_describe) == alters) result.AddError("Exactly one is needed: --describe or --alter.");
        int entities = new[] { _entityType, _topic, _broker, _group }.Count(option => result.Has(option));
        if (entities != 1) result.AddError("Exactly one is needed: --entity-type, --topic, --broker or --group.");
        bool changes = result.Has(_addConfig) || result.Has(_deleteConfig);
        if (alters && !changes) result.AddError("--alter needs --add-config or --delete-config.");
        bool isNamed = !result.Has(_entityType) || result.Has(_entityName)
            || result.GetValue(_entityDefault);
        if (!isNamed && alters) result.AddError("--alter needs --entity-name or --entity-default.");
        if (result.GetValue(_entityDefault) && result.GetValue(_entityType) != "brokers")
            result.AddError("--entity-default is for --entity-type brokers: nothing else has a default of its own.");
    }
}
