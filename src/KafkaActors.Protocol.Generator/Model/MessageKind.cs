namespace KafkaActors.Protocol.Generator.Model;

/// <summary>What a message is, which decides the interface its class has.</summary>
internal enum MessageKind
{
    Request,
    Response,
    Record,
}
