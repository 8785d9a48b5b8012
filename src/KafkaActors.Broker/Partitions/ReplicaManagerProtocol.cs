using Akka.Actor;
using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Partitions;

/// <summary>What the parts of a node tell and ask the <see cref="ReplicaManager"/>.</summary>
internal static class ReplicaManagerProtocol
{
    /// <summary>A write, a flush or a read of the log failed: it is offline until it is opened again.</summary>
    internal sealed record LogFailed(PartitionLog Log) : INoSerializationVerificationNeeded;

    /// <summary>
    /// Answered by <see cref="Recovered"/> once this node has applied the metadata up to the offset and has opened, or
    /// failed to open, every log that it names.
    /// </summary>
    internal sealed record AwaitRecovered(MetadataOffset UpTo) : INoSerializationVerificationNeeded;

    /// <param name="Offline">Partitions whose log could not be opened.</param>
    internal sealed record Recovered(MetadataOffset Offset, int Logs, int Offline) : INoSerializationVerificationNeeded;
}
