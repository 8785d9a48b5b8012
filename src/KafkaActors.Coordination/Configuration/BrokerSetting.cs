namespace KafkaActors.Coordination.Configuration;

/// <summary>A broker-wide setting that gives a topic configuration its default.</summary>
/// <param name="Factor">What the setting's number is multiplied by: 3,600,000 turns hours into milliseconds.</param>
public readonly record struct BrokerSetting(string Name, long Factor);
