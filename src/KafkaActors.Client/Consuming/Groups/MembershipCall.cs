using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>
/// One request to the coordinator. An answer belongs to the very call; one that was given up is dropped.
/// </summary>
internal sealed class MembershipCall(IRequestMessage request, TimeSpan timeout)
{
    public IRequestMessage Request => request;

    public TimeSpan Timeout => timeout;
}
