using Akka.Actor;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Partitions;

/// <summary>An append that was accepted and waits for its answer.</summary>
/// <param name="LogAppendTimeMs">The leader's stamp, or -1 where the producer's timestamps stay.</param>
/// <param name="Bytes">What it holds against the partition's limit; 0 for a duplicate.</param>
internal readonly record struct PendingAppend(
    IActorRef ReplyTo, long CorrelationId, Acks Acks, long BaseOffset, long LogAppendTimeMs, int Bytes);
