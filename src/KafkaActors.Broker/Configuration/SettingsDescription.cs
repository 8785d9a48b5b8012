using System.Collections;
using System.Globalization;
using System.Reflection;

namespace KafkaActors.Broker.Configuration;

/// <summary>Writes settings back as text, each in its key's own unit; what is not set is left out.</summary>
internal static class SettingsDescription
{
    public static IReadOnlyDictionary<string, string> Of(ISettingsSection section)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        Collect(section, texts);
        return texts;
    }

    private static void Collect(ISettingsSection section, Dictionary<string, string> texts)
    {
        foreach (PropertyInfo property in section.GetType().GetProperties())
        {
            object? value = property.GetIndexParameters().Length == 0 ? property.GetValue(section) : null;
            if (value is ISettingsSection inner) Collect(inner, texts);
            else if (value is not null && property.GetCustomAttribute<HoconKeyAttribute>() is { } key)
                texts[key.Path] = Text(value, key.Path);
        }
    }

    private static string Text(object value, string path) => value switch
    {
        TimeSpan duration => Text(duration, SettingsReader.UnitMs(path)),
        bool on => on ? "true" : "false",
        string text => text,
        IEnumerable words => string.Join(',', words.Cast<string>()),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Text(TimeSpan duration, long unitMs)
    {
        long ms = duration.Ticks / TimeSpan.TicksPerMillisecond;
        long count = duration == TimeSpan.MaxValue ? long.MaxValue : ms < 0 ? -1 : ms / unitMs;
        return count.ToString(CultureInfo.InvariantCulture);
    }
}
