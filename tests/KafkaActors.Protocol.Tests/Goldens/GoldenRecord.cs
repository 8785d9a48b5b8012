namespace KafkaActors.Protocol.Tests.Goldens;

/// <summary>A record in <c>batches.json</c>; its value stands there once and is meant so many times over.</summary>
public sealed record GoldenRecord(
    long Timestamp, byte[]? Key, byte[]? Value, IReadOnlyList<GoldenHeader> Headers, int Times = 1)
{
    public byte[]? WholeValue =>
        Value is null ? null : [.. Enumerable.Repeat(Value, Times).SelectMany(bytes => bytes)];
}
