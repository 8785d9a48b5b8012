using System.CommandLine;
using System.CommandLine.Parsing;
using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Options;
using KafkaActors.Client;
using KafkaActors.Client.Administration.Groups;

namespace KafkaActors.Cli.Groups;

/// <summary>Lists, describes, moves and deletes consumer groups.</summary>
internal sealed class ConsumerGroupsCommand : ToolCommand
{
    private readonly ConnectionOptions _connection = new();
    private readonly ResetOptions _reset = new();
    private readonly Option<bool> _list = Flag("--list", "List the names of groups");
    private readonly Option<bool> _describe = Flag("--describe", "Show where groups stand and how far behind they are");
    private readonly Option<bool> _resetOffsets = Flag("--reset-offsets", "Move an inactive group to other offsets");
    private readonly Option<bool> _delete = Flag("--delete", "Delete groups without members, with their offsets");
    private readonly Option<bool> _deleteOffsets = Flag("--delete-offsets", "Delete a group's offsets of topics");

    private readonly Option<string[]> _group = new("--group")
    {
        Description = "A group; repeatable",
        HelpName = "GROUP",
    };

    private readonly Option<bool> _allGroups = Flag("--all-groups", "Every group there is");

    private readonly Option<string[]> _topic = new("--topic")
    {
        Description = "A topic, or some of its partitions as in orders:0,1; repeatable",
        HelpName = "TOPIC[:N,N]",
    };

    private readonly Option<bool> _allTopics = Flag("--all-topics", "Every topic that the group has committed in");

    private readonly Option<string> _state = new("--state")
    {
        Description = "With --list: show states, only these if named; with --describe: show the group's state",
        HelpName = "STATE,STATE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> _type = new("--type")
    {
        Description = "With --list: show types, only these if named (classic, consumer)",
        HelpName = "TYPE,TYPE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _members = Flag("--members", "With --describe: show members");
    private readonly Option<bool> _offsets = Flag("--offsets", "With --describe: show offsets and lags [default]");
    private readonly Option<bool> _verbose = Flag("--verbose", "With --members: their partitions too");

    private readonly Option<int?> _timeout = new("--timeout")
    {
        Description = "How long an answer may take, in ms [default: default.api.timeout.ms]",
        HelpName = "MS",
    };

    private readonly JsonOption _json = JsonOption.Create();

    public ConsumerGroupsCommand(ToolContext context)
        : base(context, "consumer-groups", "List, describe, move and delete consumer groups.")
    {
        _connection.AddTo(this);
        Option[] options =
        [
            _list, _describe, _resetOffsets, _delete, _deleteOffsets, _group, _allGroups, _topic, _allTopics, _state,
            _type, _members, _offsets, _verbose,
        ];
        foreach (Option option in options) Add(option);
        _reset.AddTo(this);
        Add(_timeout);
        Add(_json);
        Validators.Add(Check);
        Examples =
        [
            "kafka-actors consumer-groups --list --state",
            "kafka-actors consumer-groups --describe --group billing",
            "kafka-actors consumer-groups --describe --all-groups --members --verbose",
            "kafka-actors consumer-groups --reset-offsets --group billing --topic orders:0 --shift-by -10 --execute",
            "kafka-actors consumer-groups --reset-offsets --group billing --all-topics --by-duration PT1H --export",
            "kafka-actors consumer-groups --delete --group billing",
        ];
    }

    private Option<bool>[] Actions => [_list, _describe, _resetOffsets, _delete, _deleteOffsets];

    internal IReadOnlyList<TopicSpec> Topics(ParseResult arguments) =>
        [.. (arguments.GetValue(_topic) ?? []).Select(TopicSpec.Parse)];

    internal ResetScope Scope(ParseResult arguments)
    {
        string[] groups = arguments.GetValue(_group) ?? [];
        return _reset.Scope(
            arguments,
            arguments.GetValue(_allTopics) ? null : Topics(arguments),
            groups.Length == 1 ? groups[0] : null,
            Context.Time);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        // What cannot be read is said before anybody is asked.
        ResetScope? scope = arguments.GetValue(_resetOffsets) ? Scope(arguments) : null;
        IReadOnlyList<TopicSpec> topics = Topics(arguments);
        IReadOnlyList<GroupState> states = Words<GroupState>(arguments, _list, _state);
        IReadOnlyList<GroupType> types = Words<GroupType>(arguments, _list, _type);
        var properties = new ClientProperties(ClientProperties.Admin)
            .Add("bootstrap.servers", _connection.Servers(arguments))
            .Add("default.api.timeout.ms", arguments.GetValue(_timeout)?.ToString());
        await using KafkaActorsClient client = await ToolClient.StartAsync(properties, stop).ConfigureAwait(false);
        var report = new GroupsReport(Context, arguments.GetValue(_json));
        if (arguments.GetValue(_list))
        {
            report.List(
                await client.Admin.Groups.ListAsync(states, types, cancellationToken: stop).ConfigureAwait(false),
                arguments.CommandResult.Has(_type),
                arguments.CommandResult.Has(_state));
            return ExitCode.Success;
        }

        IReadOnlyList<string> names = await NamesAsync(client, arguments, stop).ConfigureAwait(false);
        var deletions = new GroupDeletions(Context, client, report);
        if (arguments.GetValue(_delete)) return await deletions.DeleteAsync(names, stop).ConfigureAwait(false);
        if (arguments.GetValue(_deleteOffsets))
            return await deletions.DeleteOffsetsAsync(names[0], topics, stop).ConfigureAwait(false);
        var inquiry = new GroupInquiry(Context, client, report);
        if (scope is null)
            return await inquiry.DescribeAsync(names, View(arguments), stop).ConfigureAwait(false);
        if (_reset.IsTacitDryRun(arguments))
            Context.Error.WriteLine("Nothing is changed: this only shows what --execute would do.");
        return await inquiry.ResetAsync(names, scope, _reset.IsExport(arguments), stop).ConfigureAwait(false);
    }

    private GroupView View(ParseResult arguments)
    {
        if (arguments.GetValue(_members))
            return arguments.GetValue(_verbose) ? GroupView.MembersWithPartitions : GroupView.Members;
        return arguments.CommandResult.Has(_state) ? GroupView.State : GroupView.Offsets;
    }

    private async Task<IReadOnlyList<string>> NamesAsync(
        KafkaActorsClient client, ParseResult arguments, CancellationToken stop)
    {
        if (!arguments.GetValue(_allGroups)) return [.. (arguments.GetValue(_group) ?? []).Distinct()];
        IReadOnlyList<GroupListing> all =
            await client.Admin.Groups.ListAsync(cancellationToken: stop).ConfigureAwait(false);
        return [.. all.Select(group => group.GroupId)];
    }

    /// <summary>The names given to an option of <c>--list</c>, in whatever case; none where it stands alone.</summary>
    private static IReadOnlyList<T> Words<T>(ParseResult arguments, Option<bool> action, Option<string> option)
        where T : struct, Enum
    {
        if (!arguments.GetValue(action) || arguments.GetValue(option) is not { } text) return [];
        const StringSplitOptions clean = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        return [.. text.Split(',', clean).Select(Word)];

        T Word(string word) =>
            Enum.GetNames<T>().FirstOrDefault(name => name.Equals(word, StringComparison.OrdinalIgnoreCase)) is { } name
                ? Enum.Parse<T>(name)
                : throw ToolException.Usage(
                    $"'{word}' is no value for {option.Name}: it takes {string.Join(", ", Enum.GetNames<T>()[1..])}.");
    }

    private void Check(CommandResult result)
    {
        if (Actions.Count(action => result.GetValue(action)) != 1)
        {
            result.AddError(
                $"Exactly one is needed: {string.Join(", ", Actions.Select(action => action.Name))}.");
        }

        bool lists = result.GetValue(_list);
        bool describes = result.GetValue(_describe);
        bool resets = result.GetValue(_resetOffsets);
        bool deletesOffsets = result.GetValue(_deleteOffsets);
        int scopes = (result.Has(_topic) ? 1 : 0) + (result.GetValue(_allTopics) ? 1 : 0);
        _reset.Check(result, resets, scopes);
        if (!lists && result.Has(_group) == result.GetValue(_allGroups))
            result.AddError("Exactly one is needed: --group or --all-groups.");
        if (deletesOffsets && result.GetValue(_group)?.Length != 1)
            result.AddError("--delete-offsets needs one --group.");
        if (deletesOffsets && !result.Has(_topic)) result.AddError("--delete-offsets needs --topic.");
        if (!resets && !deletesOffsets && scopes > 0)
            result.AddError("--topic and --all-topics need --reset-offsets or --delete-offsets.");
        bool members = result.GetValue(_members);
        int views = new[] { members, result.GetValue(_offsets), result.Has(_state) }.Count(isAsked => isAsked);
        if (describes && views > 1) result.AddError("--members, --offsets and --state exclude each other.");
        if (result.GetValue(_verbose) && !members) result.AddError("--verbose needs --members.");
    }

    private static Option<bool> Flag(string name, string description) => new(name) { Description = description };
}
