namespace KafkaActors.Coordination.Configuration;

/// <summary>What holds for one group of the consumer protocol; see <see cref="GroupConfigs"/>.</summary>
/// <param name="ConsumerSessionTimeout"><c>consumer.session.timeout.ms</c></param>
/// <param name="ConsumerHeartbeatInterval"><c>consumer.heartbeat.interval.ms</c></param>
public readonly record struct GroupConfig(TimeSpan ConsumerSessionTimeout, TimeSpan ConsumerHeartbeatInterval);
