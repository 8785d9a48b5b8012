using System.Globalization;

namespace KafkaActors.Protocol.Generator.Model;

/// <summary>A range of message versions, both ends inclusive.</summary>
internal readonly record struct VersionRange(int Low, int High)
{
    /// <summary>The upper end of <c>N+</c>.</summary>
    public const int Open = short.MaxValue;

    public static VersionRange Empty => new(0, -1);

    public bool IsEmpty => Low > High;

    public bool Contains(int version) => version >= Low && version <= High;

    public bool Contains(VersionRange other) => other.IsEmpty || (Contains(other.Low) && Contains(other.High));

    public VersionRange Intersect(VersionRange other) => new(Math.Max(Low, other.Low), Math.Min(High, other.High));

    /// <summary>Reads <c>N</c>, <c>N-M</c> or <c>N+</c>.</summary>
    public static bool TryParse(string text, out VersionRange range)
    {
        range = Empty;
        if (text.EndsWith("+", StringComparison.Ordinal))
            return TryParse(text.Substring(0, text.Length - 1), Open, out range);
        string[] ends = text.Split('-');
        if (ends.Length == 1) return TryParseVersion(text, out int only) && TryParse(text, only, out range);
        return ends.Length == 2 && TryParseVersion(ends[1], out int high) && TryParse(ends[0], high, out range);
    }

    /// <summary>The C# condition that a version lies in this range, given that it lies in
    /// <paramref name="known"/>; null when that is certain.</summary>
    public string? Condition(VersionRange known)
    {
        bool low = Low > known.Low, high = High < known.High;
        return (low, high) switch
        {
            (true, true) when Low == High => Text($"version == {Low}"),
            (true, true) => Text($"version is >= {Low} and <= {High}"),
            (true, false) => Text($"version >= {Low}"),
            (false, true) => Text($"version <= {High}"),
            _ => null,
        };
    }

    public override string ToString() => Low == High ? Text($"{Low}") : Text($"{Low}-{High}");

    private static bool TryParse(string lowText, int high, out VersionRange range)
    {
        bool parsed = TryParseVersion(lowText, out int low) && low <= high;
        range = parsed ? new VersionRange(low, high) : Empty;
        return parsed;
    }

    private static bool TryParseVersion(string text, out int version) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out version) && version < Open;

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
