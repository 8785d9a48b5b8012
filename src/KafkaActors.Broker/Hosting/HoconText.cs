namespace KafkaActors.Broker.Hosting;

/// <summary>Writes values so that the HOCON parser reads them back as they were.</summary>
internal static class HoconText
{
    public static string Quote(string value) =>
        $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
