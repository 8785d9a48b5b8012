namespace KafkaActors.Protocol.Generator.Model;

/// <summary>A definition file, understood: an API's request and response, or one record.</summary>
internal sealed record Schema(SchemaHeader Header, IReadOnlyList<MessageDefinition> Messages);
