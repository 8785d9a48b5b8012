using System.Globalization;
using KafkaActors.Cli.Invocation;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Offsets;

/// <summary>Reads <c>--time</c>: a timestamp in ms, or one of Kafka's words or numbers for a special one.</summary>
internal static class OffsetTime
{
    public static long Parse(string text) => text.Trim().ToLowerInvariant() switch
    {
        "latest" or "-1" => OffsetQuery.Latest,
        "earliest" or "-2" => OffsetQuery.Earliest,
        "max-timestamp" or "-3" => OffsetQuery.MaxTimestamp,
        var number when long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long time) => time,
        _ => throw ToolException.Usage(
            $"'{text}' is no time: it takes ms since 1970, -1 or latest, -2 or earliest, -3 or max-timestamp."),
    };
}
