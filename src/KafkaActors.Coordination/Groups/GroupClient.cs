namespace KafkaActors.Coordination.Groups;

/// <summary>Who asks, for what is told of a member.</summary>
/// <param name="ClientId">Of the request's header; empty when it named none.</param>
/// <param name="Host">The address the request came from, like <c>/127.0.0.1</c>.</param>
public readonly record struct GroupClient(string ClientId, string Host);
