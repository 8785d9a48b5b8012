namespace KafkaActors.Coordination.Metadata;

/// <summary>
/// Which names a topic may have, as Kafka has it: 1 to 249 characters of <c>[a-zA-Z0-9._-]</c>, neither "." nor "..",
/// and no two names that differ only in having '.' where the other has '_' (metric names cannot tell them apart).
/// </summary>
public static class TopicName
{
    /// <summary>Where groups keep their offsets and their members.</summary>
    public const string ConsumerOffsets = "__consumer_offsets";

    public const int LongestName = 249;

    /// <summary>Topics of the system itself.</summary>
    public static bool IsInternal(string name) => name is ConsumerOffsets or "__transaction_state";

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
        return null;
    }

    /// <summary>The name with which all colliding names agree.</summary>
    public static string Collapse(string name) => name.Replace('.', '_');
}
