using KafkaActors.Protocol;

namespace KafkaActors.Storage;

/// <summary>What became of an append, and the log end offset after it.</summary>
public readonly record struct LogAppendResult(ErrorCode Error, long LogEndOffset)
{
    public bool IsAppended => Error == ErrorCode.None;
}
