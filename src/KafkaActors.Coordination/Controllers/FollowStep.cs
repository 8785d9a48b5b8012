using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Coordination.Controllers;

/// <summary>What a node does with what it was fed.</summary>
/// <param name="Delta">The image is another one; null when it is not.</param>
/// <param name="AsksAgain">Something is missing: a heartbeat goes out at once.</param>
public readonly record struct FollowStep(MetadataDelta? Delta, bool AsksAgain);
