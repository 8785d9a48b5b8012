using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Listener;

/// <summary>What a frame says before its request is read: how long it is, and what it is for.</summary>
internal readonly record struct FrameStart(int Length, ApiKey Api)
{
    /// <summary>Whether its bytes are records, which stay as they are; any other request becomes objects.</summary>
    public bool HasRecords => Api == ApiKey.Produce;
}
