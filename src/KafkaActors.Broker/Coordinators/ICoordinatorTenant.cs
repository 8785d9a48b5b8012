using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Coordinators;

/// <summary>
/// A coordinator over an internal topic, as far as it is not like every other: what it keeps under a key, and how that
/// is written. Where it runs, its epoch, its partitions and their appends are the runtime's
/// (<see cref="CoordinatorActor"/>). Used from any thread.
/// </summary>
internal interface ICoordinatorTenant
{
    /// <summary>As log lines name it: <c>group coordinator</c>.</summary>
    string Name { get; }

    /// <summary>What a key is, as log lines name it: <c>group</c>.</summary>
    string KeyName { get; }

    /// <summary>The internal topic.</summary>
    string Topic { get; }

    /// <returns>Null for a record of another kind than this version knows: it is skipped.</returns>
    /// <param name="value">Null for a tombstone.</param>
    /// <exception cref="ProtocolViolationException">The bytes are not what their version says.</exception>
    CoordinatorRecord? Decode(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? value);

    /// <summary>The key that a record belongs to. All of a key's records are in one partition.</summary>
    string KeyOf(CoordinatorRecord record);

    /// <summary>The state of a key of which nothing is recorded yet.</summary>
    /// <param name="key">May be any text.</param>
    /// <param name="clock">By which its deadlines are.</param>
    ICoordinatedState StateOf(string key, CoordinatorClock clock);
}
