using System.Globalization;

namespace KafkaActors.Coordination.Configuration;

/// <summary>
/// One topic configuration: Kafka's name, type, default and bounds, and the broker setting that overrides it.
/// </summary>
/// <param name="BrokerSettings">
/// The broker's settings that give the topic's default, the most exact first: what <c>log.retention.ms</c> leaves
/// open, <c>log.retention.minutes</c> may say.
/// </param>
/// <param name="Least">The least number allowed; null when the value is no number.</param>
/// <param name="Greatest">The greatest number allowed.</param>
/// <param name="Allowed">The words allowed (for a list: its elements), or empty when the value is a number.</param>
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
    /// <returns>Null when the value is valid, otherwise a sentence that says why it is not.</returns>
    public string? Fault(string value) => Type switch
    {
        ConfigType.Boolean => value is "true" or "false" ? null : Bad(value, "it must be true or false"),
        ConfigType.List => ListFault(value),
        ConfigType.String => Allowed.Contains(value) ? null : Bad(value, $"it must be one of {Words}"),
        _ => NumberFault(value),
    };

    private string Words => string.Join(", ", Allowed);

    private string? ListFault(string value)
    {
        string[] elements = Elements(value);
        if (elements.Length == 0) return Bad(value, "the list is empty");
        return elements.All(element => Allowed.Contains(element)) ? null : Bad(value, $"it may hold {Words}");
    }

    private string? NumberFault(string value)
    {
        double number;
        if (Type == ConfigType.Double)
        {
            if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out number))
                return Bad(value, "it is not a number");
        }
        else
        {
            if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer))
                return Bad(value, "it is not a whole number");
            if (Type == ConfigType.Int && integer is < int.MinValue or > int.MaxValue)
                return Bad(value, "it does not fit into 32 bits");
            number = integer;
        }

        if (number < Least)
            return Bad(value, string.Create(CultureInfo.InvariantCulture, $"it must be at least {Least}"));
        if (number > Greatest)
            return Bad(value, string.Create(CultureInfo.InvariantCulture, $"it must be at most {Greatest}"));
        return null;
    }

    private string Bad(string value, string why) => $"Invalid value {value} for configuration {Name}: {why}.";

    /// <summary>The elements of a list value.</summary>
    public static string[] Elements(string value) =>
        value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
