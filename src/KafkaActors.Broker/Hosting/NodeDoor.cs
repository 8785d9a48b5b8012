namespace KafkaActors.Broker.Hosting;

/// <summary>A door that is open.</summary>
/// <param name="Name">akka, kafka, command or http.</param>
/// <param name="Host">The name under which others reach it.</param>
public sealed record NodeDoor(string Name, string Host, int Port)
{
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) && !Host.StartsWith('[')
        ? $"{Name}=[{Host}]:{Port}"
        : $"{Name}={Host}:{Port}";
}
