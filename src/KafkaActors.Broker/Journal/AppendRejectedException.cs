using KafkaActors.Protocol;

namespace KafkaActors.Broker.Journal;

/// <summary>Why the journal rejected a batch; reaches the partition as the cause of the rejection, is never thrown.</summary>
internal sealed class AppendRejectedException(ErrorCode error, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public ErrorCode Error => error;
}
