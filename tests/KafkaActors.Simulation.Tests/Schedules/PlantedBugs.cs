using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Partitions;
using KafkaActors.Coordination.Quorum;

namespace KafkaActors.Simulation.Tests.Schedules;

/// <summary>Rules that are broken on purpose, to show that the simulation notices.</summary>
internal sealed record PlantedBugs
{
    public static PlantedBugs None { get; } = new();

    public QuorumRules Quorum { get; init; } = QuorumRules.Correct;

    public ControllerRules Controllers { get; init; } = ControllerRules.Correct;

    public DecisionRules Decisions { get; init; } = DecisionRules.Correct;

    public PartitionRules Partitions { get; init; } = PartitionRules.Correct;

    /// <summary>A leader appends and answers under its epoch without asking whether it still holds the log.</summary>
    public bool AppendsWithoutWriterToken { get; init; }
}
