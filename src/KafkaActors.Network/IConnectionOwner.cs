namespace KafkaActors.Network;

/// <summary>Who a connection belongs to.</summary>
internal interface IConnectionOwner
{
    /// <summary>The connection has ended, and its requests under way have failed.</summary>
    /// <param name="unsent">Requests of which not a byte was sent, in the order they came.</param>
    void Ended(BrokerConnection connection, string reason, IReadOnlyCollection<BrokerRequest> unsent);
}
