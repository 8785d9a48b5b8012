namespace KafkaActors.Cli.Performance;

/// <summary>What <c>end-to-end-latency</c> measures.</summary>
/// <param name="Servers">Null: the client's default.</param>
internal sealed record EndToEndSettings(string? Servers, string Topic, int Messages, string Acks, int MessageBytes);
