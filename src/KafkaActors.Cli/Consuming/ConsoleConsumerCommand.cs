using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Options;
using KafkaActors.Client;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Consuming;

/// <summary>Prints a topic's records on standard output, a line a record, as they arrive.</summary>
internal sealed class ConsoleConsumerCommand : ToolCommand
{
    private readonly ConnectionOptions _connection = new();

    private readonly Option<string> _topic = new("--topic") { Description = "The topic to read" };

    private readonly Option<string> _include = new("--include", "--whitelist")
    {
        Description = "A regular expression: read every topic that it fits",
        HelpName = "REGEX",
    };

    private readonly Option<string> _exclude = new("--exclude", "--blacklist")
    {
        Description = "A regular expression: leave out every topic that it fits",
        HelpName = "REGEX",
    };

    private readonly Option<string> _group = new("--group")
    {
        Description = "Read as a member of this group: share the topics with its members, and go on where it stands",
        HelpName = "GROUP",
    };

    private readonly Option<int?> _partition = new("--partition") { Description = "Read this partition only" };

    private readonly Option<string> _offset = new("--offset")
    {
        Description = "Where to begin in that partition: an offset, earliest or latest [default: latest]",
        HelpName = "OFFSET",
    };

    private readonly Option<bool> _fromBeginning = new("--from-beginning")
    {
        Description = "Begin with the earliest record instead of the next one; in a group only where it stands nowhere",
    };

    private readonly Option<long?> _maxMessages = new("--max-messages") { Description = "End after so many records" };

    private readonly Option<int?> _timeout = new("--timeout-ms")
    {
        Description = "End when no record came for so long",
        HelpName = "MS",
    };

    private readonly Option<bool> _skipOnError = new("--skip-message-on-error")
    {
        Description = "Go on after a partition that cannot be read",
    };

    private readonly KeyValueOption _property = new(
        "--property",
        "What is printed: print.key, print.value, print.offset, print.partition, print.timestamp, print.headers, "
        + "key.separator, line.separator, headers.separator, null.literal; repeatable",
        "--formatter-property");

    private readonly ChoiceOption<IsolationLevel> _isolation = new(
        "--isolation-level", "Up to where to read [default: read_uncommitted]", Choices.Isolation);

    private readonly KeyValueOption _consumerProperty = new(
        "--consumer-property",
        "A property of the consumer, as in fetch.min.bytes=1024; repeatable",
        "--command-property");

    private readonly Option<string> _consumerConfig = new("--consumer.config", "--command-config")
    {
        Description = "A file of such properties",
        HelpName = "FILE",
    };

    public ConsoleConsumerCommand(ToolContext context)
        : base(context, "console-consumer", "Print the records of topics on standard output.")
    {
        _connection.AddTo(this);
        Option[] options =
        [
            _topic, _include, _exclude, _group, _partition, _offset, _fromBeginning, _maxMessages, _timeout,
            _skipOnError, _property, _isolation, _consumerProperty, _consumerConfig,
        ];
        foreach (Option option in options) Add(option);
        Validators.Add(Check);
        Examples =
        [
            "kafka-actors console-consumer --topic test --from-beginning",
            "kafka-actors console-consumer --topic test --partition 0 --offset 42 --max-messages 10",
            "kafka-actors console-consumer --topic orders --group billing",
            "kafka-actors console-consumer --include 'orders-.*' --property print.key=true "
                + "--property print.timestamp=true",
        ];
    }

    internal ConsoleConsumerSettings Settings(ParseResult arguments)
    {
        TopicPattern? include = arguments.GetValue(_include) is { } i ? TopicPattern.Parse(i) : null;
        TopicPattern? exclude = arguments.GetValue(_exclude) is { } e ? TopicPattern.Parse(e) : null;
        return new ConsoleConsumerSettings(
            new TopicChoice(arguments.GetValue(_topic), include, exclude),
            arguments.GetValue(_partition),
            Start(arguments),
            arguments.GetValue(_maxMessages),
            arguments.GetValue(_timeout) is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
            arguments.GetValue(_skipOnError));
    }

    internal ClientProperties Properties(ParseResult arguments) =>
        new ClientProperties(ClientProperties.Consumer)
            .AddFile(arguments.GetValue(_consumerConfig))
            .Add(_consumerProperty.Pairs(arguments))
            .Add("bootstrap.servers", _connection.Servers(arguments))
            .Add("isolation.level", arguments.GetValue(_isolation))
            .Add("group.id", arguments.GetValue(_group))
            .Add("auto.offset.reset", arguments.GetValue(_fromBeginning) ? "earliest" : null);

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        var formatter = new RecordFormatter(RecordFormat.From("--property", _property.Pairs(arguments)));
        ConsoleConsumerSettings settings = Settings(arguments);
        ClientProperties properties = Properties(arguments);
        var group = ConsumerSettings.From(properties.ToConfig());
        await using KafkaActorsClient client = await ToolClient.StartAsync(properties, stop).ConfigureAwait(false);
        await using RecordConsumer consumer = client.CreateRecordConsumer();
        IConsoleInput input = group.GroupId.Length > 0 && settings.Partition is null
            ? new ConsoleSubscription(Context, consumer, settings.Topics, group.EnableAutoCommit)
            : new ConsoleAssignment(client, consumer, settings);
        return await new ConsoleConsumer(Context, input, consumer, formatter, settings).RunAsync(stop)
            .ConfigureAwait(false);
    }

    private StartOffset Start(ParseResult arguments)
    {
        string word = arguments.GetValue(_offset) ?? (arguments.GetValue(_fromBeginning) ? "earliest" : "latest");
        return word.ToLowerInvariant() switch
        {
            "earliest" => StartOffset.Beginning,
            "latest" => StartOffset.End,
            var number when long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long offset) =>
                StartOffset.At(offset),
            _ => throw ToolException.Usage($"'{word}' is no offset: --offset takes a number, earliest or latest."),
        };
    }

    private void Check(CommandResult result)
    {
        bool hasTopic = result.Has(_topic);
        bool hasPattern = result.Has(_include) || result.Has(_exclude);
        if (hasTopic == hasPattern)
            result.AddError("Exactly one is needed: --topic, or --include and --exclude.");
        if (!hasTopic && result.Has(_partition))
            result.AddError("--partition needs --topic.");
        if (result.Has(_group) && result.Has(_partition))
            result.AddError("--group and --partition exclude each other.");
        if (!result.Has(_offset)) return;
        if (!result.Has(_partition))
            result.AddError("--offset needs --partition.");
        if (result.GetValue(_fromBeginning))
            result.AddError("--offset and --from-beginning exclude each other.");
    }
}
