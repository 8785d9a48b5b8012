using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Options;
using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Offsets;

/// <summary>Prints offsets of partitions, <c>topic:partition:offset</c> a line.</summary>
internal sealed class GetOffsetsCommand : ToolCommand
{
    private readonly ConnectionOptions _connection = new();

    private readonly Option<string> _topic = new("--topic")
    {
        Description = "A topic's name or a regular expression [default: every topic]",
        HelpName = "NAME",
    };

    private readonly Option<string> _partitions = new("--partitions")
    {
        Description = "Only these partitions [default: all]",
        HelpName = "N,N",
    };

    private readonly Option<string> _topicPartitions = new("--topic-partitions")
    {
        Description = "Topics with ranges of partitions, as in orders:0,logs:1-3",
        HelpName = "TOPIC:N,...",
    };

    private readonly Option<string> _time = new("--time")
    {
        Description = "The first offset at or after this time in ms; -1 or latest, -2 or earliest, "
            + "-3 or max-timestamp [default: latest]",
        HelpName = "TIME",
    };

    private readonly Option<bool> _excludeInternal = new("--exclude-internal-topics")
    {
        Description = "Leave out the cluster's own topics",
    };

    private readonly JsonOption _json = JsonOption.Create();

    public GetOffsetsCommand(ToolContext context)
        : base(context, "get-offsets", "Print the offsets of partitions, by time.")
    {
        _connection.AddTo(this);
        foreach (Option option in (Option[])[_topic, _partitions, _topicPartitions, _time, _excludeInternal, _json])
            Add(option);
        Validators.Add(Check);
        Examples =
        [
            "kafka-actors get-offsets --topic test",
            "kafka-actors get-offsets --topic test --time earliest",
            "kafka-actors get-offsets --topic-partitions 'orders:0,logs:1-3' --time 1700000000000",
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        long time = OffsetTime.Parse(arguments.GetValue(_time) ?? "latest");
        Func<string, int, bool> selected = Selection(arguments);
        var properties = new ClientProperties(ClientProperties.Admin)
            .Add("bootstrap.servers", _connection.Servers(arguments));
        await using KafkaActorsClient client = await ToolClient.StartAsync(properties, stop).ConfigureAwait(false);
        IReadOnlyList<TopicMetadata> topics = await TopicList.AllAsync(client, stop).ConfigureAwait(false);
        bool withoutInternal = arguments.GetValue(_excludeInternal);
        Dictionary<TopicPartition, long> asked = topics.Where(topic => !withoutInternal || !topic.IsInternal)
            .SelectMany(TopicList.Partitions)
            .Where(partition => selected(partition.Topic, partition.Partition))
            .ToDictionary(partition => partition, _ => time);
        if (asked.Count == 0) throw new ToolException("no topic partition is as asked for; topics --list shows all.");
        return Print(
            await client.Admin.ListOffsetsAsync(asked, cancellationToken: stop).ConfigureAwait(false),
            arguments.GetValue(_json));
    }

    private int Print(IReadOnlyList<ListedOffset> offsets, bool json)
    {
        ListedOffset[] found =
        [
            .. offsets.Where(offset => offset.Error == ErrorCode.None)
                .OrderBy(offset => offset.Partition.Topic, StringComparer.Ordinal)
                .ThenBy(offset => offset.Partition.Partition),
        ];
        if (json)
        {
            Context.Text.WriteLine(JsonText.Of(found.Select(offset => new
            {
                offset.Partition.Topic,
                offset.Partition.Partition,
                offset.Offset,
                Timestamp = offset.TimestampMs,
            })));
        }
        else
        {
            foreach (ListedOffset offset in found) Context.Text.WriteLine(Line(offset));
        }

        foreach (ListedOffset failed in offsets.Where(offset => offset.Error != ErrorCode.None))
            Context.Error.WriteLine($"no offset of {failed.Partition}: {ErrorName.Of(failed.Error)}");
        return found.Length == offsets.Count ? ExitCode.Success : ExitCode.Failure;
    }

    /// <summary>As Kafka prints it: no offset at or after the time is an empty place.</summary>
    private static string Line(ListedOffset offset) => string.Create(
        CultureInfo.InvariantCulture,
        $"{offset.Partition.Topic}:{offset.Partition.Partition}:{(offset.Offset < 0 ? "" : offset.Offset)}");

    private Func<string, int, bool> Selection(ParseResult arguments)
    {
        if (arguments.GetValue(_topicPartitions) is { } text)
        {
            IReadOnlyList<PartitionSelection> selections = PartitionSelection.ParseList(text);
            return (topic, partition) => selections.Any(selection => selection.Contains(topic, partition));
        }

        TopicPattern? pattern = arguments.GetValue(_topic) is { } name ? TopicPattern.Parse(name) : null;
        int[]? numbers = arguments.GetValue(_partitions) is { } list ? [.. list.Split(',').Select(Number)] : null;
        return (topic, partition) =>
            (pattern is null || topic == pattern.Text || pattern.Matches(topic))
            && (numbers is null || numbers.Contains(partition));
    }

    private static int Number(string text) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw ToolException.Usage($"'{text}' is no partition: --partitions takes numbers, as in 0,1,2.");

    private void Check(CommandResult result)
    {
        if (!result.Has(_topicPartitions)) return;
        if (result.Has(_topic) || result.Has(_partitions))
            result.AddError("--topic-partitions and --topic or --partitions exclude each other.");
    }
}
