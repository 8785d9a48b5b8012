using System.Globalization;

namespace KafkaActors.Broker.Configuration;

/// <summary>Reads what a person may write for a number, a size or a duration. Pure; null: it cannot be read.</summary>
internal static class SettingText
{
    private const string Digits = "0123456789";

    public static long? Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : null;

    /// <summary>Bytes: 1048576, 64k, 64 KiB, 10 MB, 1 GiB. As in HOCON, k and KiB are 1024, kB is 1000.</summary>
    public static long? Size(string text)
    {
        if (!Split(text, out long count, out string unit)) return null;
        long? factor = unit switch
        {
            "" or "b" or "B" or "byte" or "bytes" => 1,
            "k" or "K" or "Ki" or "KiB" => 1L << 10,
            "m" or "M" or "Mi" or "MiB" => 1L << 20,
            "g" or "G" or "Gi" or "GiB" => 1L << 30,
            "t" or "T" or "Ti" or "TiB" => 1L << 40,
            "kB" or "KB" => 1_000,
            "MB" => 1_000_000,
            "GB" => 1_000_000_000,
            "TB" => 1_000_000_000_000,
            _ => null,
        };
        return Product(count, factor);
    }

    /// <summary>
    /// Milliseconds: a number in <paramref name="defaultUnitMs"/>, or with a unit: 500 ms, 10 s, 7 d.
    /// </summary>
    public static long? Duration(string text, long defaultUnitMs)
    {
        if (!Split(text, out long count, out string unit)) return null;
        long? factor = unit switch
        {
            "" => defaultUnitMs,
            "ms" or "millis" or "millisecond" or "milliseconds" => 1,
            "s" or "second" or "seconds" => 1_000,
            "m" or "min" or "minute" or "minutes" => 60_000,
            "h" or "hour" or "hours" => 3_600_000,
            "d" or "day" or "days" => 86_400_000,
            _ => null,
        };
        return count < 0 ? (count == -1 && unit.Length == 0 ? -1 : null) : Product(count, factor);
    }

    public static bool? Switch(string text) => text.ToLowerInvariant() switch
    {
        "true" or "on" or "yes" => true,
        "false" or "off" or "no" => false,
        _ => null,
    };

    /// <summary>The elements between commas, without blanks; none of null.</summary>
    public static string[] Elements(string? text) =>
        (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool Split(string text, out long count, out string unit)
    {
        int end = text.Length > 0 && text[0] is '-' or '+' ? 1 : 0;
        while (end < text.Length && Digits.Contains(text[end], StringComparison.Ordinal)) end++;
        unit = text[end..].Trim();
        long? number = Number(text[..end]);
        count = number ?? 0;
        return number is not null;
    }

    private static long? Product(long count, long? factor)
    {
        if (factor is not { } value) return null;
        Int128 product = (Int128)count * value;
        return product > long.MaxValue || product < long.MinValue ? null : (long)product;
    }
}
