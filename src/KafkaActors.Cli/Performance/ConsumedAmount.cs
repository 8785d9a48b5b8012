namespace KafkaActors.Cli.Performance;

/// <param name="Bytes">Of keys and values.</param>
internal readonly record struct ConsumedAmount(long Messages, long Bytes);
