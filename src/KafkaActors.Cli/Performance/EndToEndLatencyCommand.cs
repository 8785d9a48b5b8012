using System.CommandLine;
using System.CommandLine.Parsing;
using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Options;
using KafkaActors.Client;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Performance;

/// <summary>
/// Measures the time from sending one record to reading it, one at a time. Takes Kafka's five arguments in their order,
/// or the same as options.
/// </summary>
internal sealed class EndToEndLatencyCommand : ToolCommand
{
    private readonly ConnectionOptions _connection = new();

    private readonly Argument<string[]> _positions = new("arguments")
    {
        Description = "As in Kafka: broker_list topic num_messages producer_acks message_size",
        Arity = new ArgumentArity(0, 5),
    };

    private readonly Option<string> _topic = new("--topic") { Description = "The topic to measure with" };

    private readonly Option<int?> _numRecords = new("--num-records", "--num-messages")
    {
        Description = "How many records to send",
        HelpName = "COUNT",
    };

    private readonly ChoiceOption<Acks> _acks =
        new("--producer-acks", "What each record waits for [default: 1]", Choices.Acknowledgements);

    private readonly Option<int?> _recordSize = new("--record-size", "--message-size")
    {
        Description = "Bytes of each record's value [default: 100]",
        HelpName = "BYTES",
    };

    private readonly JsonOption _json = JsonOption.Create();

    public EndToEndLatencyCommand(ToolContext context)
        : base(context, "end-to-end-latency", "Measure the time from sending a record to reading it.")
    {
        _connection.AddTo(this);
        Add(_positions);
        Option[] options = [_topic, _numRecords, _acks, _recordSize, _json];
        foreach (Option option in options) Add(option);
        Validators.Add(Check);
        Examples =
        [
            "kafka-actors end-to-end-latency localhost:9092 test 10000 1 100",
            "kafka-actors end-to-end-latency --topic test --num-records 10000 --producer-acks 1 --record-size 100",
        ];
    }

    internal EndToEndSettings Settings(ParseResult arguments)
    {
        string[] positions = arguments.GetValue(_positions) ?? [];
        string? Position(int index) => index < positions.Length ? positions[index] : null;
        string topic = arguments.GetValue(_topic) ?? Position(1) ?? throw ToolException.Usage("a topic is needed.");
        string acks = arguments.GetValue(_acks) ?? Position(3) ?? "1";
        if (!Choices.Acknowledgements.ContainsKey(acks) || acks == "0")
            throw ToolException.Usage($"'{acks}' cannot be waited for: acks are 1 or all here.");
        return new EndToEndSettings(
            _connection.Servers(arguments) ?? Position(0),
            topic,
            arguments.GetValue(_numRecords) ?? Number(Position(2), "num_messages", 10_000),
            acks,
            arguments.GetValue(_recordSize) ?? Number(Position(4), "message_size", 100));
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        EndToEndSettings settings = Settings(arguments);
        // One configuration for both: each record leaves at once, and each fetch is answered at once.
        var producer = new ClientProperties(ClientProperties.Producer)
            .Add("bootstrap.servers", settings.Servers)
            .Add("acks", settings.Acks)
            .Add("linger.ms", "0");
        await using KafkaActorsClient client = await ToolClient.StartAsync(producer, stop).ConfigureAwait(false);
        var test = new EndToEndLatencyTest(Context, client, settings);
        EndToEndResult result = await test.RunAsync(stop).ConfigureAwait(false);
        Context.Text.WriteLine(arguments.GetValue(_json) ? JsonText.Of(result) : result.ToString());
        return ExitCode.Success;
    }

    private static int Number(string? text, string name, int absent)
    {
        if (text is null) return absent;
        return int.TryParse(text, out int number) && number > 0
            ? number
            : throw ToolException.Usage($"'{text}' is no {name}: a whole number above 0 is expected.");
    }

    private void Check(CommandResult result)
    {
        bool hasPositions = result.Has(_positions);
        if (!hasPositions && !result.Has(_topic)) result.AddError("--topic is needed.");
        if (hasPositions && result.GetValue(_positions) is not { Length: 5 })
            result.AddError("Five arguments are needed: broker_list topic num_messages producer_acks message_size.");
    }
}
