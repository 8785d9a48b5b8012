using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using KafkaActors.Cli.Invocation;

namespace KafkaActors.Cli.Groups;

/// <summary>Reads times and durations as Kafka's tools take them, in ISO 8601.</summary>
internal static partial class IsoTime
{
    private static readonly string[] Formats =
    [
        "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFzz",
        "yyyy-MM-ddTHH:mm:sszz", "yyyy-MM-ddTHH:mmK",
    ];

    /// <summary><c>2026-01-31T13:45:00.000</c>, followed by <c>Z</c> or an offset; without one it is UTC.</summary>
    /// <exception cref="ToolException">It is no such time.</exception>
    public static DateTimeOffset ParseTime(string text)
    {
        // .NET reads an offset with a colon; Kafka's tools take it without one too.
        string spelt = OffsetWithoutColon().Replace(text.Trim(), "$1:$2");
        return DateTimeOffset.TryParseExact(
            spelt, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : throw ToolException.Usage(
                $"'{text}' is no time: it reads as YYYY-MM-DDTHH:mm:SS.sss, with Z or an offset behind, else in UTC.");
    }

    /// <summary><c>PnDTnHnMnS</c>: years and months have no length and are refused.</summary>
    /// <exception cref="ToolException">It is no such duration, or too long.</exception>
    public static TimeSpan ParseDuration(string text)
    {
        string trimmed = text.Trim().ToUpperInvariant();
        try
        {
            if (Duration().IsMatch(trimmed)) return XmlConvert.ToTimeSpan(trimmed);
        }
        catch (Exception e) when (e is OverflowException or FormatException)
        {
            // Longer than time is.
        }

        throw ToolException.Usage($"'{text}' is no duration: it reads as PnDTnHnMnS, as in P1D or PT1H30M.");
    }

    [GeneratedRegex(@"^P(?=.*\d)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$")]
    private static partial Regex Duration();

    [GeneratedRegex(@"(T.*[+-]\d{2})(\d{2})$")]
    private static partial Regex OffsetWithoutColon();
}
