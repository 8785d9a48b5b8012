namespace KafkaActors.Broker.Configuration;

/// <summary>
/// Kafka's broker settings that this node does not have and need not follow: one of them is no fault of a configuration
/// that came from Kafka, and is said once at the start. What would change what clients can rely on is not here, and is
/// an unknown key.
/// </summary>
internal static class IgnoredSettings
{
    private const string Threads = "hocon/reference/bulkheads.conf names the threads that there are";
    private const string Buffers = "sockets keep the system's buffers";
    private const string Replication = "followers have settings of their own";
    private const string Transactions = "transactions are not built yet";

    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["num.network.threads"] = Threads,
        ["num.replica.fetchers"] = Threads,
        ["queued.max.requests"] = "max.requests.per.connection and queued.max.request.bytes bound them",
        ["socket.receive.buffer.bytes"] = Buffers,
        ["socket.send.buffer.bytes"] = Buffers,
        ["replica.fetch.max.bytes"] = Replication,
        ["replica.fetch.wait.max.ms"] = Replication,
        ["replica.lag.time.max.ms"] = Replication,
        ["replica.socket.timeout.ms"] = Replication,
        ["auto.leader.rebalance.enable"] = "leaders are not moved back by themselves",
        ["log.flush.scheduler.interval.ms"] = "log.flush.interval.ms alone counts",
        ["log.message.downconversion.enable"] = "no batch is ever converted",
        ["controller.listener.names"] = "voters talk over Akka's port",
        ["transaction.state.log.min.isr"] = Transactions,
        ["transaction.state.log.num.partitions"] = Transactions,
        ["transaction.state.log.replication.factor"] = Transactions,
        ["transaction.state.log.segment.bytes"] = Transactions,
        ["transactional.id.expiration.ms"] = Transactions,
    };

    /// <param name="path">Relative to <c>kafka-actors</c>.</param>
    /// <returns>Why it has no effect; null when it is no such key.</returns>
    public static string? Reason(string path) => Reasons.GetValueOrDefault(path);

    public static string Warning(string path) =>
        $"{SettingsTree.Root}.{path} is a setting of Kafka's that has no effect here: {Reason(path)}";
}
