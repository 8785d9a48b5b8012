namespace KafkaActors.Network;

/// <summary>Where a broker's listener is reached: a name or an address, and a port.</summary>
public readonly record struct BrokerAddress(string Host, int Port)
{
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
