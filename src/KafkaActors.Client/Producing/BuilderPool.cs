using System.Collections.Concurrent;
using KafkaActors.Client.Configuration;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Client.Producing;

/// <summary>Builders between batches: a builder keeps its buffer. Holds no more than a few; thread-safe.</summary>
internal sealed class BuilderPool(ProducerSettings settings)
{
    private const int Kept = 32;

    private readonly ConcurrentQueue<RecordBatchBuilder> _free = [];

    public RecordBatchBuilder Rent() =>
        _free.TryDequeue(out RecordBatchBuilder? builder)
            ? builder
            : new RecordBatchBuilder(Math.Max(settings.BatchSize, RecordBatchLayout.HeaderSize), settings.Compression);

    public void Return(RecordBatchBuilder builder)
    {
        builder.Reset();
        if (_free.Count < Kept) _free.Enqueue(builder);
    }
}
