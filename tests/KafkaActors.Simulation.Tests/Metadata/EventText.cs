using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Simulation.Tests.Metadata;

/// <summary>Events as they stand in the notes of a traced world.</summary>
internal static class EventText
{
    public static string Of(MetadataEvent item) => item switch
    {
        MetadataEvent.PartitionChanged e =>
            $"partition led by {e.Leader} epoch {e.LeaderEpoch}/{e.PartitionEpoch} isr [{string.Join(' ', e.Isr)}] "
            + $"eligible [{string.Join(' ', e.EligibleLeaders)}]",
        MetadataEvent.PartitionAdded e => $"partition of [{string.Join(' ', e.Replicas)}] led by {e.Leader}",
        MetadataEvent.BrokerFenced e => $"broker {e.Node} fenced",
        MetadataEvent.BrokerUnfenced e => $"broker {e.Node} unfenced",
        MetadataEvent.BrokerRegistered e => $"broker {e.Node} registered",
        MetadataEvent.BrokerSessionGranted e => $"broker {e.Node} granted {e.UnheardGrants} times unheard",
        MetadataEvent.VotersChanged e => $"voters [{string.Join(' ', e.Voters.Select(voter => voter.Node))}]",
        _ => item.GetType().Name,
    };
}
