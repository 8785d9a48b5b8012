namespace KafkaActors.Broker.Downing;

/// <summary>A process that is asked about.</summary>
/// <param name="IsBroken">Its connection broke: who is asked tries the port as well.</param>
internal readonly record struct Suspect(Peer Peer, bool IsBroken);
