using System.Text.Json;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Protocol.Tests.Goldens;

/// <summary>One batch of <c>batches.json</c>: what kafka-python was given, and what it made of it.</summary>
public sealed record GoldenBatch(
    string Name,
    string Codec,
    CompressionType CodecNumber,
    long ProducerId,
    short ProducerEpoch,
    int BaseSequence,
    bool IsTransactional,
    IReadOnlyList<GoldenRecord> Records,
    byte[] Batch)
{
    public static IReadOnlyList<GoldenBatch> All { get; } = Load<GoldenBatch>("batches.json");

    public ProducerSequence Producer => new(ProducerId, ProducerEpoch, BaseSequence);

    public static IReadOnlyList<T> Load<T>(string file)
    {
        using FileStream json = File.OpenRead(PathOf(file));
        return JsonSerializer.Deserialize<T[]>(json, JsonSerializerOptions.Web)!;
    }

    public static string PathOf(string file) =>
        Path.Combine(AppContext.BaseDirectory, "Goldens", file);

    public override string ToString() => $"{Name}, {Codec}";
}
