using KafkaActors.Protocol;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// How a fetch names a partition: by its topic's name or, from version 13 on, by its topic's id alone (KIP-516). The
/// other of the two is empty.
/// </summary>
internal readonly record struct FetchedName(string Topic, TopicId Id, int Partition);
