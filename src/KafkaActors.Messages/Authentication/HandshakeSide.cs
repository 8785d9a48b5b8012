namespace KafkaActors.Messages.Authentication;

/// <summary>Who gives a proof: one of one side is worth nothing when it is sent back.</summary>
internal enum HandshakeSide : byte
{
    Initiator = 1,
    Acceptor = 2,
}
