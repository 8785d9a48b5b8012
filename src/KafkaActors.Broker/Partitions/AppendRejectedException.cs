using KafkaActors.Protocol;

namespace KafkaActors.Broker.Partitions;

/// <summary>Why the journal rejected a batch; the cause that its partition is told, never thrown.</summary>
internal sealed class AppendRejectedException(ErrorCode error, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public ErrorCode Error => error;
}
