namespace KafkaActors.Interop.Tests.Exchange;

/// <param name="Value">Null where the client sent or saw none.</param>
internal sealed record ClientHeader(string Key, byte[]? Value);
