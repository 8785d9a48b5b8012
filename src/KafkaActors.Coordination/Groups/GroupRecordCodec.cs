using System.Collections.Frozen;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Coordination.Groups;

/// <summary>
/// Reads the bytes of records in <c>__consumer_offsets</c>, as Kafka writes them.
/// </summary>
public static class GroupRecordCodec
{
    private delegate IProtocolMessage ReadMessage(ref ProtocolReader reader, short version);

    private static readonly FrozenDictionary<short, Kind> Kinds = new Dictionary<short, Kind>
    {
        [GroupRecordTypes.OffsetCommitV0] = new(
            OffsetCommitKey.Read,
            OffsetCommitValue.Read,
            OffsetCommitValue.HighestVersion),
        [GroupRecordTypes.OffsetCommit] = new(
            OffsetCommitKey.Read,
            OffsetCommitValue.Read,
            OffsetCommitValue.HighestVersion),
        [GroupRecordTypes.GroupMetadata] = new(
            GroupMetadataKey.Read,
            GroupMetadataValue.Read,
            GroupMetadataValue.HighestVersion),
        [GroupRecordTypes.ConsumerGroupMetadata] = new(
            ConsumerGroupMetadataKey.Read,
            ConsumerGroupMetadataValue.Read,
            ConsumerGroupMetadataValue.HighestVersion),
        [GroupRecordTypes.ConsumerGroupPartitionMetadata] = new(
            ConsumerGroupPartitionMetadataKey.Read,
            ConsumerGroupPartitionMetadataValue.Read,
            ConsumerGroupPartitionMetadataValue.HighestVersion),
        [GroupRecordTypes.ConsumerGroupMemberMetadata] = new(
            ConsumerGroupMemberMetadataKey.Read,
            ConsumerGroupMemberMetadataValue.Read,
            ConsumerGroupMemberMetadataValue.HighestVersion),
        [GroupRecordTypes.ConsumerGroupTargetAssignmentMetadata] = new(
            ConsumerGroupTargetAssignmentMetadataKey.Read,
            ConsumerGroupTargetAssignmentMetadataValue.Read,
            ConsumerGroupTargetAssignmentMetadataValue.HighestVersion),
        [GroupRecordTypes.ConsumerGroupTargetAssignmentMember] = new(
            ConsumerGroupTargetAssignmentMemberKey.Read,
            ConsumerGroupTargetAssignmentMemberValue.Read,
            ConsumerGroupTargetAssignmentMemberValue.HighestVersion),
        [GroupRecordTypes.ConsumerGroupCurrentMemberAssignment] = new(
            ConsumerGroupCurrentMemberAssignmentKey.Read,
            ConsumerGroupCurrentMemberAssignmentValue.Read,
            ConsumerGroupCurrentMemberAssignmentValue.HighestVersion),
    }.ToFrozenDictionary();

    /// <summary>Reads a record. One of a kind that is not known is to be skipped: a later version wrote it.</summary>
    /// <param name="value">Null for a tombstone.</param>
    /// <returns>Null for a record of another kind.</returns>
    /// <exception cref="ProtocolViolationException">
    /// The bytes are not what their version says, or the value's version is not known.
    /// </exception>
    public static CoordinatorRecord? Decode(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? value)
    {
        var keyReader = new ProtocolReader(key);
        short keyType = keyReader.ReadInt16();
        if (!Kinds.TryGetValue(keyType, out Kind? kind)) return null;
        IProtocolMessage keyMessage = kind.ReadKey(ref keyReader, keyType);
        if (value is not { } bytes) return new CoordinatorRecord(keyType, keyMessage, null, 0);
        var valueReader = new ProtocolReader(bytes);
        short version = valueReader.ReadInt16();
        if (version < 0 || version > kind.HighestValueVersion)
            throw new ProtocolViolationException($"A group record of kind {keyType} has a value of version {version}.");
        return new CoordinatorRecord(keyType, keyMessage, kind.ReadValue(ref valueReader, version), version);
    }

    private sealed record Kind(ReadMessage ReadKey, ReadMessage ReadValue, short HighestValueVersion);
}
