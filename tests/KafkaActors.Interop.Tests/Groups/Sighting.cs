namespace KafkaActors.Interop.Tests.Groups;

/// <summary>A member saw a record.</summary>
/// <param name="Value">The record's number.</param>
/// <param name="At">When the test learned of it, a stopwatch's timestamp.</param>
internal readonly record struct Sighting(string Member, int Partition, long Offset, int Value, long At);
