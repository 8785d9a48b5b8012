namespace KafkaActors.Testing.Links;

/// <summary>Tells from the first bytes of a connection who has opened it. Pure.</summary>
internal interface IPeerSniffer
{
    /// <summary>False while more bytes are needed.</summary>
    /// <param name="node">Who it is; <see cref="ClusterLinks.Clients"/> for nobody of the cluster.</param>
    bool TryTell(ReadOnlySpan<byte> received, out int node);
}
