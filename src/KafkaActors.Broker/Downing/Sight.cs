namespace KafkaActors.Broker.Downing;

/// <summary>What one node has seen itself of a process that it was asked about.</summary>
/// <param name="IsSilent">It has asked for the whole stable time and was not answered.</param>
/// <param name="IsRefused">Two connects to its address, one after the other, were refused.</param>
internal readonly record struct Sight(Peer Peer, bool IsSilent, bool IsRefused);
