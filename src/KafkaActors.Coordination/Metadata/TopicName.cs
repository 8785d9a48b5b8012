namespace KafkaActors.Coordination.Metadata;

/// <summary>
/// Which names a topic may have, as Kafka has it: 1 to 249 characters of <c>[a-zA-Z0-9._-]</c>, neither "." nor "..",
/// and no two names that differ only in having '.' where the other has '_' (metric names cannot tell them apart).
/// A partition's directory is TOPIC-PARTITION, the last dash separating them, so that no two partitions share one; the
/// node's own directories of that form are reserved.
/// </summary>
public static class TopicName
{
    /// <summary>Where groups keep their offsets and their members.</summary>
    public const string ConsumerOffsets = "__consumer_offsets";

    /// <summary>Its partition 0 would be the directory of the node's metadata log.</summary>
    public const string ClusterMetadata = "__cluster_metadata";

    public const int LongestName = 249;

    private static readonly string[] Internal = [ConsumerOffsets, "__transaction_state", "__share_group_state"];

    /// <summary>Topics of the system itself, made here yet or not.</summary>
    public static bool IsInternal(string name) => Internal.Contains(name);

    /// <summary>
    /// Whether no topic may have the name: it is, or on some file systems could be, a directory of the node's own, or
    /// it would stand in the way of a topic of the node's own.
    /// </summary>
    public static bool IsReserved(string name)
    {
        string collapsed = Collapse(name);
        return collapsed.Equals(ClusterMetadata, StringComparison.OrdinalIgnoreCase)
            || (!IsInternal(name) && Internal.Contains(collapsed, StringComparer.OrdinalIgnoreCase));
    }

    public static string ReservedFault(string name) => $"The topic name \"{name}\" is reserved for the node itself.";

    /// <returns>Null when the name is valid, otherwise a sentence that says why it is not.</returns>
    public static string? Fault(string name)
    {
        if (name.Length == 0) return "The topic name is empty.";
        if (name is "." or "..") return $"The topic name cannot be \"{name}\".";
        if (name.Length > LongestName)
            return $"The topic name is {name.Length} characters long; {LongestName} is the most.";
        foreach (char c in name)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-'))
                return $"The topic name \"{name}\" has characters other than ASCII letters and digits, "
                    + "'.', '_' and '-'.";
        return IsReserved(name) ? ReservedFault(name) : null;
    }

    /// <summary>The name with which all colliding names agree.</summary>
    public static string Collapse(string name) => name.Replace('.', '_');
}
