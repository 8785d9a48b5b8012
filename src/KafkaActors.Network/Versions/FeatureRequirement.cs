namespace KafkaActors.Network.Versions;

/// <summary>What a request asks for, the first version of its API that has it, and Kafka's release with that.</summary>
internal readonly record struct FeatureRequirement(short Version, string Feature, string Release);
