using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Coordination.Decisions;

/// <summary>
/// How much text of clients' one request puts into one metadata entry: an entry is sent and kept whole, and some
/// configurations, and names of groups, may be any text.
/// </summary>
internal static class ConfigChangeBound
{
    /// <summary>Of one request; a change that would go over it is refused.</summary>
    public const int MostCharacters = 1_000_000;

    public const string Fault = "One request may set 1000000 characters of configuration at most.";

    public static long Characters(IEnumerable<MetadataEvent> events) => events.OfType<MetadataEvent.ConfigChanged>()
        .Sum(change => (long)change.Resource.Name.Length + change.Name.Length + (change.Value?.Length ?? 0));
}
