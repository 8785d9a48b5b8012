using System.Globalization;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// The journal that writes a partition: one for each data directory and stripe. Node-local, and never stored.
/// </summary>
internal static class JournalPluginId
{
    public static string Of(int directory, int stripe) =>
        string.Create(CultureInfo.InvariantCulture, $"kafka-actors.journal.d{directory}-s{stripe}");
}
