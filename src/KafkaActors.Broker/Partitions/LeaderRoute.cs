using Akka.Actor;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Partitions;

/// <summary>The actor that leads a partition here, under which epoch, and where that epoch begins.</summary>
/// <param name="EpochStartOffset">
/// The log end when it became leader: until the high watermark has reached it, "latest" is not known (KIP-207).
/// </param>
internal sealed record LeaderRoute(IActorRef Actor, LeaderEpoch Epoch, long EpochStartOffset);
