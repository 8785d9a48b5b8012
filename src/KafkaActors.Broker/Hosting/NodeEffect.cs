using KafkaActors.Coordination.Decisions;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Hosting;

/// <summary>What <see cref="NodeLifecycle"/> wants done. Requests may be repeated and answered twice.</summary>
internal abstract record NodeEffect
{
    internal sealed record Register(BrokerRegistration Registration) : NodeEffect;

    /// <summary>Write the registration into every data directory.</summary>
    internal sealed record Remember(string ClusterId, BrokerEpoch Epoch) : NodeEffect;

    /// <summary>Open every log that the metadata up to the offset gives this node.</summary>
    internal sealed record Recover(MetadataOffset UpTo) : NodeEffect;

    internal sealed record Unfence(BrokerEpoch Epoch) : NodeEffect;

    internal sealed record HandOver(BrokerEpoch Epoch) : NodeEffect;

    /// <summary>The node serves.</summary>
    internal sealed record Ready : NodeEffect;

    /// <summary>The node leads nothing any more and may stop.</summary>
    internal sealed record HandedOver : NodeEffect;

    /// <summary>The node cannot go on; the reason is one line for a person.</summary>
    internal sealed record Fail(string Reason) : NodeEffect;
}
