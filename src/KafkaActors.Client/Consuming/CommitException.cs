using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming;

/// <summary>Offsets that could not be committed; those of other partitions in the same call were.</summary>
public sealed class CommitException : KafkaException
{
    internal CommitException(IReadOnlyDictionary<TopicPartition, ErrorCode> errors)
        : base(errors.Values.First(), $"Offsets were not committed: {Text(errors)}.") => Errors = errors;

    public IReadOnlyDictionary<TopicPartition, ErrorCode> Errors { get; }

    internal static CommitException Of(IEnumerable<TopicPartition> partitions, ErrorCode error) =>
        new(partitions.ToDictionary(partition => partition, _ => error));

    private static string Text(IReadOnlyDictionary<TopicPartition, ErrorCode> errors) =>
        string.Join(", ", errors.Select(entry => $"{entry.Key} {entry.Value}"));
}
