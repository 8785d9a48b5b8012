using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Client.Tests.FakeNodes;

/// <summary>
/// One partition in memory: batches with offsets, and the sequences of idempotent producers. Thread-safe.
/// </summary>
internal sealed class FakeLog
{
    private readonly Lock _gate = new();
    private readonly List<byte[]> _batches = [];
    private readonly Dictionary<long, (short Epoch, int NextSequence)> _producers = [];
    private readonly Dictionary<(long, short, int), long> _seen = [];

    public long StartOffset { get; set; }

    public long EndOffset { get; private set; }

    public IReadOnlyList<byte[]> Batches
    {
        get
        {
            lock (_gate) return [.. _batches];
        }
    }

    public (ErrorCode Error, long BaseOffset) Append(byte[] bytes)
    {
        lock (_gate)
        {
            if (!RecordBatch.TryRead(bytes, out RecordBatch batch) || !batch.IsCrcValid())
                return (ErrorCode.CorruptMessage, -1);
            if (batch.HasProducerId)
            {
                var key = (batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence);
                if (_seen.TryGetValue(key, out long known)) return (ErrorCode.None, known);
                ErrorCode verdict = CheckSequence(batch);
                if (verdict != ErrorCode.None) return (verdict, -1);
                _seen.Add(key, EndOffset);
            }

            RecordBatchPatcher.AssignOffsets(bytes, EndOffset, new LeaderEpoch(0));
            long baseOffset = EndOffset;
            _batches.Add(bytes);
            EndOffset += batch.RecordCount;
            return (ErrorCode.None, baseOffset);
        }
    }

    /// <summary>Whole batches from the one that holds the offset; at least one if there is one.</summary>
    public byte[] Read(long offset, int maxBytes)
    {
        lock (_gate)
        {
            List<byte[]> found = [];
            int size = 0;
            foreach (byte[] bytes in _batches)
            {
                RecordBatch.TryRead(bytes, out RecordBatch batch);
                if (batch.LastOffset < offset) continue;
                if (size > 0 && size + bytes.Length > maxBytes) break;
                found.Add(bytes);
                size += bytes.Length;
            }

            return [.. found.SelectMany(bytes => bytes)];
        }
    }

    private ErrorCode CheckSequence(RecordBatch batch)
    {
        bool known = _producers.TryGetValue(batch.ProducerId, out (short Epoch, int NextSequence) state);
        if (known && batch.ProducerEpoch < state.Epoch) return ErrorCode.InvalidProducerEpoch;
        int expected = known && batch.ProducerEpoch == state.Epoch ? state.NextSequence : 0;
        if (batch.BaseSequence != expected) return ErrorCode.OutOfOrderSequenceNumber;
        _producers[batch.ProducerId] = (batch.ProducerEpoch, expected + batch.RecordCount);
        return ErrorCode.None;
    }
}
