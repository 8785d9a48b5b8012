using Akka.Configuration;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Client.Configuration;

/// <summary>The section <c>kafka-actors.client.producer</c>.</summary>
public sealed record ProducerSettings
{
    internal const string Section = ClientSettings.Section + ".producer";

    private const int MaxInFlightWithIdempotence = 5;

    private ProducerSettings(ClientConfigReader reader)
    {
        Acks = reader.Word("acks", ("all", Acks.All), ("-1", Acks.All), ("1", Acks.Leader), ("0", Acks.None));
        EnableIdempotence = reader.Boolean("enable.idempotence");
        Linger = reader.Milliseconds("linger.ms", 0);
        BatchSize = reader.Bytes("batch.size", 0);
        BufferMemory = reader.Bytes("buffer.memory", 1);
        MaxBlock = reader.Milliseconds("max.block.ms", 0);
        DeliveryTimeout = reader.Milliseconds("delivery.timeout.ms", 1);
        MaxInFlight = reader.Int32("max.in.flight.requests.per.connection", 1);
        Compression = reader.Word(
            "compression.type",
            ("none", CompressionType.None),
            ("gzip", CompressionType.Gzip),
            ("snappy", CompressionType.Snappy),
            ("lz4", CompressionType.Lz4),
            ("zstd", CompressionType.Zstd));
        Retries = reader.Int32("retries", 0);
        MaxRequestSize = reader.Bytes("max.request.size", 1);
    }

    public static ProducerSettings Default { get; } = From(KafkaActorsClientConfig.Reference);

    public Acks Acks { get; init; }

    public bool EnableIdempotence { get; init; }

    public TimeSpan Linger { get; init; }

    public int BatchSize { get; init; }

    public int BufferMemory { get; init; }

    public TimeSpan MaxBlock { get; init; }

    public TimeSpan DeliveryTimeout { get; init; }

    public int MaxInFlight { get; init; }

    public CompressionType Compression { get; init; }

    public int Retries { get; init; }

    public int MaxRequestSize { get; init; }

    /// <summary>
    /// As Kafka decides it: idempotence needs <c>acks=all</c>, at least one retry and at most five batches in flight;
    /// where one of these says otherwise, the producer is not idempotent.
    /// </summary>
    public bool IsIdempotent =>
        EnableIdempotence && Acks == Acks.All && Retries > 0 && MaxInFlight <= MaxInFlightWithIdempotence;

    /// <exception cref="KafkaException">A key is missing or cannot be read; the message names its full
    /// path.</exception>
    public static ProducerSettings From(Config config) => From(config, out _);

    internal static ProducerSettings From(Config config, out IReadOnlyList<string> keys)
    {
        var reader = new ClientConfigReader(config, Section);
        keys = reader.Keys;
        return new ProducerSettings(reader);
    }
}
