namespace KafkaActors.Protocol.Wire;

/// <summary>A response that tells its client for how long it was, or is to be, held back (KIP-219).</summary>
public interface IThrottledResponse : IResponseMessage
{
    int ThrottleTimeMs { get; set; }
}
