using System.CommandLine;
using System.Globalization;
using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Options;
using KafkaActors.Client;
using KafkaActors.Client.Producing;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Cli.Producing;

/// <summary>Sends standard input, a record a line, bytes unchanged; ends when all are acknowledged.</summary>
internal sealed class ConsoleProducerCommand : ToolCommand
{
    private readonly ConnectionOptions _connection = new();

    private readonly Option<string> _topic = new("--topic") { Description = "The topic to send to", Required = true };

    private readonly Option<int?> _batchSize = Number("--batch-size", "BYTES", "A batch is sent when it has so many");

    private readonly Option<int?> _retries =
        Number("--message-send-max-retries", "COUNT", "How often a batch that failed is sent again");

    private readonly Option<int?> _retryBackoff =
        Number("--retry-backoff-ms", "MS", "The pause before it is sent again");

    private readonly Option<int?> _timeout = Number("--timeout", "MS", "How long a batch waits for more records");

    private readonly Option<int?> _requestTimeout =
        Number("--request-timeout-ms", "MS", "How long the node may take to answer");

    private readonly Option<int?> _maxBlock =
        Number("--max-block-ms", "MS", "How long to wait for metadata, or for room in the buffer");

    private readonly Option<int?> _maxMemory =
        Number("--max-memory-bytes", "BYTES", "The most that waits to be acknowledged");

    private readonly ChoiceOption<Acks> _acks =
        new("--request-required-acks", "What a batch waits for [default: all]", Choices.Acknowledgements);

    private readonly ChoiceOption<CompressionType> _compression =
        new("--compression-codec", "Compresses batches; gzip when no codec is named", Choices.Compression)
        {
            Arity = ArgumentArity.ZeroOrOne,
        };

    private readonly Option<bool> _sync = new("--sync")
    {
        Description = "Wait for each record's acknowledgement before the next is read",
    };

    private readonly KeyValueOption _property = new(
        LineFormat.Option,
        "How lines are read: parse.key, key.separator, parse.headers, headers.delimiter, headers.separator, "
        + "headers.key.separator, null.marker, ignore.error; repeatable",
        "--reader-property");

    private readonly KeyValueOption _producerProperty = new(
        "--producer-property", "A property of the producer, as in linger.ms=20; repeatable", "--command-property");

    private readonly Option<string> _producerConfig = new("--producer.config", "--command-config")
    {
        Description = "A file of such properties",
        HelpName = "FILE",
    };

    public ConsoleProducerCommand(ToolContext context)
        : base(context, "console-producer", "Send standard input to a topic, a record a line.")
    {
        _connection.AddTo(this);
        Option[] options =
        [
            _topic, _property, _acks, _compression, _sync, _batchSize, _timeout, _retries, _retryBackoff,
            _requestTimeout, _maxBlock, _maxMemory, _producerProperty, _producerConfig,
        ];
        foreach (Option option in options) Add(option);
        Examples =
        [
            "kafka-actors console-producer --topic test < access.log",
            "echo 'key:value' | kafka-actors console-producer --topic test --property parse.key=true "
                + "--property key.separator=:",
            "kafka-actors console-producer --bootstrap-server localhost:9092 --topic test --compression-codec zstd",
        ];
    }

    /// <summary>The producer's properties: named options win over given properties, those over the file.</summary>
    internal ClientProperties Properties(ParseResult arguments)
    {
        string? codec = arguments.CommandResult.Has(_compression)
            ? arguments.GetValue(_compression) ?? "gzip"
            : null;
        return new ClientProperties(ClientProperties.Producer)
            .AddFile(arguments.GetValue(_producerConfig))
            .Add(_producerProperty.Pairs(arguments))
            .Add("bootstrap.servers", _connection.Servers(arguments))
            .Add("acks", arguments.GetValue(_acks))
            .Add("compression.type", codec)
            .Add("batch.size", Text(arguments.GetValue(_batchSize)))
            .Add("linger.ms", Text(arguments.GetValue(_timeout)))
            .Add("retries", Text(arguments.GetValue(_retries)))
            .Add("retry.backoff.ms", Text(arguments.GetValue(_retryBackoff)))
            .Add("request.timeout.ms", Text(arguments.GetValue(_requestTimeout)))
            .Add("max.block.ms", Text(arguments.GetValue(_maxBlock)))
            .Add("buffer.memory", Text(arguments.GetValue(_maxMemory)));
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        var parser = new LineParser(LineFormat.From(_property.Pairs(arguments)));
        await using KafkaActorsClient client = await ToolClient.StartAsync(Properties(arguments), stop)
            .ConfigureAwait(false);
        await using RecordProducer producer = client.CreateRecordProducer();
        var tool = new ConsoleProducer(Context, producer, parser, arguments.GetRequiredValue(_topic))
        {
            WaitsForEach = arguments.GetValue(_sync),
        };
        return await tool.RunAsync(stop).ConfigureAwait(false);
    }

    private static Option<int?> Number(string name, string unit, string description) =>
        new(name) { Description = description, HelpName = unit };

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}
