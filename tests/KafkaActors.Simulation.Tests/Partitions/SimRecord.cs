using KafkaActors.Protocol;

namespace KafkaActors.Simulation.Tests.Partitions;

/// <summary>A record in a log. Producer and sequence are its value: no other record has both.</summary>
internal readonly record struct SimRecord(LeaderEpoch Epoch, int Producer, int Sequence)
{
    public override string ToString() => $"{Producer}:{Sequence}@{Epoch}";
}
