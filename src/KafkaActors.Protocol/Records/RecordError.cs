namespace KafkaActors.Protocol.Records;

/// <summary>Why one record of a batch cannot be stored (KIP-467).</summary>
/// <param name="Index">Its place in the batch, from 0.</param>
public readonly record struct RecordError(int Index, string Message);
