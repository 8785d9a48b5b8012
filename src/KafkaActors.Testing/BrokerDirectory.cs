namespace KafkaActors.Testing;

internal sealed class BrokerDirectory : IDisposable
{
    public required string DataPath { get; init; }

    public static BrokerDirectory Open(string? own) =>
        new() { DataPath = own ?? Directory.CreateTempSubdirectory("kafka-actors-testing-").FullName };

    public void Dispose() => Directory.Delete(DataPath, true);
}
