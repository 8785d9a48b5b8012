namespace KafkaActors.Coordination.Coordinators;

/// <summary>
/// In which partition of its topic a coordinator keeps a key (a group's id, a transactional id): where Kafka keeps it,
/// so that tools, and a log that Kafka wrote, find it there.
/// </summary>
public static class CoordinatorKeys
{
    public static int PartitionOf(string key, int partitions)
    {
        int hash = JavaHash(key);
        // The one that has no counterpart counts as 0 there. For record keys Kafka drops the sign bit instead.
        return hash == int.MinValue ? 0 : Math.Abs(hash) % partitions;
    }

    private static int JavaHash(string text)
    {
        int hash = 0;
        foreach (char unit in text) hash = unchecked((31 * hash) + unit);
        return hash;
    }
}
