using KafkaActors.Coordination.Coordinators;

namespace KafkaActors.Coordination.Groups.Offsets;

/// <summary>An offset that is to be stored, and the record that says so.</summary>
internal readonly record struct AcceptedOffset(
    string Topic, int Partition, CommittedOffset Offset, CoordinatorRecord Record);
