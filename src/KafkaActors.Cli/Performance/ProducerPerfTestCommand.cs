using System.CommandLine;
using System.CommandLine.Parsing;
using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Options;
using KafkaActors.Client;
using KafkaActors.Client.Producing;

namespace KafkaActors.Cli.Performance;

/// <summary>Measures how fast records are taken and acknowledged.</summary>
internal sealed class ProducerPerfTestCommand : ToolCommand
{
    private const int PayloadSeed = 0;

    private readonly ConnectionOptions _connection = new();

    private readonly Option<string> _topic = new("--topic") { Description = "The topic to send to", Required = true };

    private readonly Option<long> _numRecords = new("--num-records")
    {
        Description = "How many records to send",
        HelpName = "COUNT",
        Required = true,
    };

    private readonly Option<int?> _recordSize = new("--record-size")
    {
        Description = "Bytes of each record's value",
        HelpName = "BYTES",
    };

    private readonly Option<string> _payloadFile = new("--payload-file")
    {
        Description = "A file whose parts are sent in random order",
        HelpName = "FILE",
    };

    private readonly Option<string> _payloadDelimiter = new("--payload-delimiter")
    {
        Description = @"What separates the parts of that file [default: \n]",
        HelpName = "TEXT",
    };

    private readonly Option<double> _throughput = new("--throughput")
    {
        Description = "Records per second at most; -1: as fast as possible",
        HelpName = "RATE",
        DefaultValueFactory = _ => -1,
    };

    private readonly KeyValueOption _producerProps = new(
        "--producer-props", "Properties of the producer, as in acks=1 linger.ms=5", "--command-property")
    {
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _producerConfig = new("--producer.config", "--command-config")
    {
        Description = "A file of such properties",
        HelpName = "FILE",
    };

    private readonly Option<bool> _printMetrics = new("--print-metrics")
    {
        Description = "Also print what the run cost this process",
    };

    private readonly JsonOption _json = JsonOption.Create();

    public ProducerPerfTestCommand(ToolContext context)
        : base(context, "producer-perf-test", "Measure how fast a topic takes records.")
    {
        _connection.AddTo(this);
        Option[] options =
        [
            _topic, _numRecords, _recordSize, _payloadFile, _payloadDelimiter, _throughput, _producerProps,
            _producerConfig, _printMetrics, _json,
        ];
        foreach (Option option in options) Add(option);
        Validators.Add(Check);
        Examples =
        [
            "kafka-actors producer-perf-test --topic test --num-records 5000000 --record-size 100 --throughput -1 "
                + "--producer-props acks=1",
        ];
    }

    internal ClientProperties Properties(ParseResult arguments) =>
        new ClientProperties(ClientProperties.Producer)
            .AddFile(arguments.GetValue(_producerConfig))
            .Add(_producerProps.Pairs(arguments))
            .Add("bootstrap.servers", _connection.Servers(arguments));

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        PayloadSource payloads = Payloads(arguments);
        await using KafkaActorsClient client = await ToolClient.StartAsync(Properties(arguments), stop)
            .ConfigureAwait(false);
        await using RecordProducer producer = client.CreateRecordProducer();
        var test = new ProducerPerfTest(Context, producer, payloads)
        {
            Topic = arguments.GetRequiredValue(_topic),
            RecordCount = arguments.GetRequiredValue(_numRecords),
            Throttle = new Throttle(arguments.GetValue(_throughput)),
            PrintsWindows = !arguments.GetValue(_json),
        };
        var cost = ProcessCost.Now();
        ProducerPerfResult result = await test.RunAsync(stop).ConfigureAwait(false);
        Context.Text.WriteLine(arguments.GetValue(_json) ? JsonText.Of(result) : result.ToString());
        if (arguments.GetValue(_printMetrics)) cost.PrintSince(Context.Text, result.Records);
        if (result.FailedRecords == 0) return ExitCode.Success;
        throw new ToolException($"{result.FailedRecords} records were not acknowledged: {test.FirstError?.Message}");
    }

    private PayloadSource Payloads(ParseResult arguments)
    {
        var random = new Random(PayloadSeed);
        return arguments.GetValue(_payloadFile) is { } file
            ? PayloadSource.OfFile(file, Escapes.Resolve(arguments.GetValue(_payloadDelimiter) ?? "\n"), random)
            : PayloadSource.OfSize(arguments.GetValue(_recordSize) ?? 0, random);
    }

    private void Check(CommandResult result)
    {
        if (result.Has(_recordSize) == result.Has(_payloadFile))
            result.AddError("Exactly one is needed: --record-size or --payload-file.");
    }
}
