namespace KafkaActors.Client.Producing;

/// <summary>What the accumulator made of a record.</summary>
internal enum AppendResult
{
    Appended,

    /// <summary>The topic's partitions are not known yet.</summary>
    NoRoute,

    /// <summary><c>buffer.memory</c> is full.</summary>
    NoRoom,
}
