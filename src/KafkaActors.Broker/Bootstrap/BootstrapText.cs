using System.Globalization;

namespace KafkaActors.Broker.Bootstrap;

/// <summary>How times are written in what the conversation says to people.</summary>
internal static class BootstrapText
{
    public static string Seconds(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");
}
