namespace KafkaActors.Protocol.Records;

/// <summary>Who stamped the records of a batch: bit 3 of its attributes (<c>message.timestamp.type</c>).</summary>
public enum TimestampType : byte
{
    CreateTime = 0,
    LogAppendTime = 1,
}
