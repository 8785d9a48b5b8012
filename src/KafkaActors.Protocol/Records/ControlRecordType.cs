namespace KafkaActors.Protocol.Records;

/// <summary>What a control record says; the numbers stand in its key (KIP-98).</summary>
public enum ControlRecordType : short
{
    Abort = 0,
    Commit = 1,
}
