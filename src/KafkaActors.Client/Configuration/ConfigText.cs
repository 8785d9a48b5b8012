using System.Globalization;

namespace KafkaActors.Client.Configuration;

/// <summary>Numbers, sizes and durations as people write them in configurations.</summary>
internal static class ConfigText
{
    private static readonly (string Unit, long Factor)[] Sizes =
        [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("kB", 1000), ("MB", 1_000_000), ("B", 1), ("b", 1)];

    private static readonly (string Unit, long Factor)[] Durations =
        [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    public static bool TryParseNumber(string text, out long value) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    public static bool TryParseBytes(string text, out long value) => TryParse(text, Sizes, out value);

    public static bool TryParseMilliseconds(string text, out long value) => TryParse(text, Durations, out value);

    private static bool TryParse(string text, (string Unit, long Factor)[] units, out long value)
    {
        if (TryParseNumber(text, out value)) return true;
        foreach ((string unit, long factor) in units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal)) continue;
            if (!TryParseNumber(text[..^unit.Length].Trim(), out long count)) continue;
            value = count * factor;
            return Math.Abs(count) <= long.MaxValue / factor;
        }

        return false;
    }
}
