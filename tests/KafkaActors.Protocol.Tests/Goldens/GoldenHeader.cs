namespace KafkaActors.Protocol.Tests.Goldens;

/// <summary>A header in <c>batches.json</c>; bytes are base64, null stays null.</summary>
public sealed record GoldenHeader(string Key, byte[]? Value);
