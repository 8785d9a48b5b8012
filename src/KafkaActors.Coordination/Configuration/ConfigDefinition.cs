using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace KafkaActors.Coordination.Configuration;

/// <summary>
/// One configuration of a topic or a group: Kafka's name, type, default and bounds, and the broker settings that
/// override its default.
/// </summary>
/// <param name="BrokerSettings">
/// The broker's settings that give the default, the most exact first: what <c>log.retention.ms</c> leaves open,
/// <c>log.retention.minutes</c> may say.
/// </param>
/// <param name="Least">The least number allowed; null when the value is no number.</param>
/// <param name="Greatest">The greatest number allowed.</param>
/// <param name="Allowed">The words allowed (for a list: its elements); empty when any will do.</param>
public sealed record ConfigDefinition(
    string Name,
    ConfigType Type,
    string Default,
    IReadOnlyList<BrokerSetting> BrokerSettings,
    double? Least,
    double? Greatest,
    IReadOnlyList<string> Allowed,
    string Documentation)
{
    /// <summary>The longest text that an answer of any version can show.</summary>
    private const int LongestBytes = short.MaxValue;

    /// <summary>
    /// Reads a value as Kafka does: blanks around it, and around the elements of a list, do not count, and
    /// <c>True</c> is <c>true</c>.
    /// </summary>
    /// <param name="value">The one text of this value, as it is stored and shown.</param>
    /// <param name="fault">A sentence that says why it is not valid.</param>
    public bool TryRead(
        string text, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out string? fault)
    {
        string trimmed = text.Trim();
        (value, string? why) = Encoding.UTF8.GetByteCount(trimmed) > LongestBytes
            ? (null, $"it is longer than {LongestBytes} bytes")
            : Read(trimmed);
        fault = value is null ? $"Invalid value {Shown(text)} for configuration {Name}: {why}." : null;
        return value is not null;
    }

    /// <returns>Null when the value is valid, otherwise a sentence that says why it is not.</returns>
    public string? Fault(string text) => TryRead(text, out _, out string? fault) ? null : fault;

    /// <summary>The elements of a list value.</summary>
    public static string[] Elements(string value) =>
        value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private string Words => string.Join(", ", Allowed);

    // A client's text comes back to it in the error; it may be a megabyte.
    private static string Shown(string text) => text.Length <= 100 ? text : $"{text[..100]}...";

    private (string? Value, string Fault) Read(string text) => Type switch
    {
        ConfigType.Boolean => ReadSwitch(text),
        ConfigType.List => ReadList(text),
        ConfigType.String => ReadWord(text),
        ConfigType.Double => ReadRatio(text),
        _ => ReadInteger(text),
    };

    private static (string? Value, string Fault) ReadSwitch(string text) =>
        text.Equals("true", StringComparison.OrdinalIgnoreCase) ? ("true", "")
        : text.Equals("false", StringComparison.OrdinalIgnoreCase) ? ("false", "")
        : (null, "it must be true or false");

    private (string? Value, string Fault) ReadWord(string text) =>
        Allowed.Count == 0 || Allowed.Contains(text) ? (text, "") : (null, $"it must be one of {Words}");

    private (string? Value, string Fault) ReadList(string text)
    {
        string[] elements = [.. Elements(text).Distinct()];
        if (Allowed.Count == 0) return (string.Join(',', elements), "");
        if (elements.Length == 0) return (null, "the list is empty");
        return elements.All(element => Allowed.Contains(element))
            ? (string.Join(',', elements), "")
            : (null, $"it may hold {Words}");
    }

    private (string? Value, string Fault) ReadRatio(string text)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            || !double.IsFinite(number))
            return (null, "it is not a number");
        return Bounded(number, number.ToString(CultureInfo.InvariantCulture));
    }

    private (string? Value, string Fault) ReadInteger(string text)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
            return (null, "it is not a whole number");
        if (Type == ConfigType.Int && number is < int.MinValue or > int.MaxValue)
            return (null, "it does not fit into 32 bits");
        return Bounded(number, number.ToString(CultureInfo.InvariantCulture));
    }

    private (string? Value, string Fault) Bounded(double number, string text) =>
        number < Least ? (null, string.Create(CultureInfo.InvariantCulture, $"it must be at least {Least}"))
        : number > Greatest ? (null, string.Create(CultureInfo.InvariantCulture, $"it must be at most {Greatest}"))
        : (text, "");
}
