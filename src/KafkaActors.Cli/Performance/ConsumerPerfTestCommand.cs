using System.CommandLine;
using System.Globalization;
using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Consuming;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Options;
using KafkaActors.Client;
using KafkaActors.Client.Consuming;

namespace KafkaActors.Cli.Performance;

/// <summary>Measures how fast records are read.</summary>
internal sealed class ConsumerPerfTestCommand : ToolCommand
{
    private readonly ConnectionOptions _connection = new();

    private readonly Option<string> _topic = new("--topic") { Description = "The topic to read", Required = true };

    private readonly Option<long> _messages = new("--messages", "--num-records")
    {
        Description = "How many records to read",
        HelpName = "COUNT",
        Required = true,
    };

    private readonly Option<int?> _fetchSize = new("--fetch-size")
    {
        Description = "The most bytes of one partition in a fetch",
        HelpName = "BYTES",
    };

    private readonly Option<int> _timeout = new("--timeout")
    {
        Description = "End when no record came for so long",
        HelpName = "MS",
        DefaultValueFactory = _ => 10_000,
    };

    private readonly Option<bool> _detailed = new("--show-detailed-stats")
    {
        Description = "Print a line every --reporting-interval",
    };

    private readonly Option<int> _interval = new("--reporting-interval")
    {
        Description = "How often with --show-detailed-stats",
        HelpName = "MS",
        DefaultValueFactory = _ => 5_000,
    };

    private readonly Option<bool> _hideHeader = new("--hide-header") { Description = "Print no header line" };

    private readonly Option<bool> _fromLatest = new("--from-latest")
    {
        Description = "Begin with the next record instead of the earliest",
    };

    private readonly Option<bool> _printMetrics = new("--print-metrics")
    {
        Description = "Also print what the run cost this process",
    };

    private readonly KeyValueOption _consumerProps = new(
        "--consumer-props", "Properties of the consumer, as in check.crcs=false", "--command-property")
    {
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _consumerConfig = new("--consumer.config", "--command-config")
    {
        Description = "A file of such properties",
        HelpName = "FILE",
    };

    private readonly JsonOption _json = JsonOption.Create();

    public ConsumerPerfTestCommand(ToolContext context)
        : base(context, "consumer-perf-test", "Measure how fast a topic's records are read.")
    {
        _connection.AddTo(this);
        Option[] options =
        [
            _topic, _messages, _fetchSize, _timeout, _detailed, _interval, _hideHeader, _fromLatest, _printMetrics,
            _consumerProps, _consumerConfig, _json,
        ];
        foreach (Option option in options) Add(option);
        Examples = ["kafka-actors consumer-perf-test --topic test --messages 5000000"];
    }

    internal ClientProperties Properties(ParseResult arguments) =>
        new ClientProperties(ClientProperties.Consumer)
            .AddFile(arguments.GetValue(_consumerConfig))
            .Add(_consumerProps.Pairs(arguments))
            .Add("bootstrap.servers", _connection.Servers(arguments))
            .Add("max.partition.fetch.bytes", arguments.GetValue(_fetchSize)?.ToString(CultureInfo.InvariantCulture));

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        bool json = arguments.GetValue(_json);
        await using KafkaActorsClient client = await ToolClient.StartAsync(Properties(arguments), stop)
            .ConfigureAwait(false);
        await using RecordConsumer consumer = client.CreateRecordConsumer();
        var settings = new ConsoleConsumerSettings(
            new TopicChoice(arguments.GetRequiredValue(_topic), null, null),
            Partition: null,
            arguments.GetValue(_fromLatest) ? StartOffset.End : StartOffset.Beginning,
            arguments.GetRequiredValue(_messages),
            TimeSpan.FromMilliseconds(arguments.GetValue(_timeout)),
            SkipsErrors: false);
        var test = new ConsumerPerfTest(Context, consumer, settings)
        {
            ReportingInterval = arguments.GetValue(_detailed) && !json
                ? TimeSpan.FromMilliseconds(arguments.GetValue(_interval))
                : null,
            PrintsHeader = !arguments.GetValue(_hideHeader) && !json,
            PrintsSummary = !json,
        };
        await new ConsoleAssignment(client, consumer, settings).BeginAsync(stop).ConfigureAwait(false);
        var cost = ProcessCost.Now();
        ConsumerPerfResult result = await test.RunAsync(stop).ConfigureAwait(false);
        if (json) Context.Text.WriteLine(JsonText.Of(result));
        if (arguments.GetValue(_printMetrics)) cost.PrintSince(Context.Text, result.Messages);
        return ExitCode.Success;
    }
}
