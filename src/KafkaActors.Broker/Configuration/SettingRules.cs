using System.Globalization;

namespace KafkaActors.Broker.Configuration;

/// <summary>Rules between settings, each of which is valid by itself. Pure; keys are relative to the root.</summary>
internal static class SettingRules
{
    /// <exception cref="InvalidSettingException">One is greater than the next.</exception>
    public static void Ordered(params ReadOnlySpan<(string Key, TimeSpan Value)> settings)
    {
        for (int i = 1; i < settings.Length; i++)
        {
            if (settings[i - 1].Value > settings[i].Value) throw Fault(settings[i - 1], "at most", settings[i]);
        }
    }

    /// <exception cref="InvalidSettingException">The first is not less than the second.</exception>
    public static void Below((string Key, TimeSpan Value) less, (string Key, TimeSpan Value) more)
    {
        if (less.Value >= more.Value) throw Fault(less, "less than", more);
    }

    private static InvalidSettingException Fault(
        (string Key, TimeSpan Value) wrong, string relation, (string Key, TimeSpan Value) other) =>
        InvalidSettingException.Value(
            $"{SettingsTree.Root}.{wrong.Key}",
            Text(wrong.Value),
            "contradicts another setting",
            $"{relation} {SettingsTree.Root}.{other.Key} = {Text(other.Value)}");

    private static string Text(TimeSpan duration) =>
        string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / TimeSpan.TicksPerMillisecond} ms");
}
