using Akka.Actor;

namespace KafkaActors.Messages.Remoting;

/// <summary>What a handshake on an Akka port is for, and what the sides claim there: their addresses.</summary>
public static class AkkaPurpose
{
    public const string Name = "akka";

    /// <param name="transport">As a transport has it, <c>tcp://system@host:port</c>.</param>
    public static string Claims(Address transport) => $"akka.{transport}";
}
