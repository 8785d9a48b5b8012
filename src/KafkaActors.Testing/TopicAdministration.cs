using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Protocol;

namespace KafkaActors.Testing;

/// <summary>Topics for a test, with errors as exceptions: a test that cannot have its topic is over.</summary>
internal static class TopicAdministration
{
    /// <summary>Returns once every partition takes and gives records, so that a client need not try twice.</summary>
    /// <exception cref="KafkaException">The broker refuses, or does not answer in time.</exception>
    public static async Task CreateAsync(
        this AdminClient admin,
        string name,
        int? partitions,
        IReadOnlyDictionary<string, string>? configs,
        CancellationToken cancellation)
    {
        NewTopic topic = new(
            name, partitions ?? -1, ReplicationFactor: -1, [], configs ?? new Dictionary<string, string>());
        Check(await admin.CreateTopicsAsync([topic], cancellationToken: cancellation).ConfigureAwait(false));
        ClusterDescription described = await admin
            .DescribeAsync([topic.Name], cancellationToken: cancellation).ConfigureAwait(false);
        Dictionary<TopicPartition, long> ends = described.Topics.Single().Partitions.ToDictionary(
            partition => new TopicPartition(topic.Name, partition.Index), _ => OffsetQuery.Latest);
        foreach (ListedOffset end in await admin
            .ListOffsetsAsync(ends, cancellationToken: cancellation).ConfigureAwait(false))
        {
            if (end.Error != ErrorCode.None)
                throw new KafkaException(end.Error, $"{end.Partition} is not served: {end.Error}.");
        }
    }

    /// <exception cref="KafkaException">The broker refuses, or does not answer in time.</exception>
    public static async Task DeleteAsync(this AdminClient admin, string topic, CancellationToken cancellation) =>
        Check(await admin.DeleteTopicsAsync([topic], cancellationToken: cancellation).ConfigureAwait(false));

    private static void Check(IReadOnlyList<TopicResult> results)
    {
        TopicResult result = results.Single();
        if (result.Error != ErrorCode.None)
            throw new KafkaException(result.Error, $"{result.Topic}: {result.Message ?? result.Error.ToString()}");
    }
}
