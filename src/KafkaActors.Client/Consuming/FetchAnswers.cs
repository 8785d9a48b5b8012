using Akka.Actor;
using KafkaActors.Client.Cluster;
using KafkaActors.Client.Configuration;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Client.Consuming;

/// <summary>
/// What the leaders' answers mean for the partitions they are about: offsets to begin at, batches for the buffer, or an
/// error. One that may pass is tried again for ever, with growing pauses; others reach the reader and end that
/// partition's reading. Owned by one <see cref="ConsumerActor"/>.
/// </summary>
internal sealed class FetchAnswers(
    IWithTimers actor,
    IActorRef cluster,
    FetchBuffer buffer,
    ConsumerSettings settings,
    Backoff backoff,
    TimeProvider time)
{
    public void Receive(FetchTag tag, IReply part)
    {
        tag.HasData = true;
        if (part is FetchProtocol.Data data) tag.Receiving = Open(tag, data);
        else if (part is FetchProtocol.Chunk chunk && tag.Receiving is { } partition) Feed(partition, chunk.Bytes);
    }

    public void End(FetchTag tag, ErrorCode error)
    {
        foreach (FetchPartition partition in tag.Current.ToArray())
        {
            partition.IsBusy = false;
            if (error != ErrorCode.None) Judge(partition, error);
            else if (!tag.HasData) partition.Cursor.NoteEnd(partition.Next);
        }
    }

    public void LearnOffsets(OffsetsTag tag, ConnectionProtocol.Answered answered)
    {
        var listed = answered.Response as ListOffsetsResponse;
        foreach (FetchPartition partition in tag.Current.ToArray())
        {
            partition.IsBusy = false;
            if (listed is null) Judge(partition, answered.Error);
        }

        if (listed is null) return;
        foreach ((TopicPartition name, ListOffsetsResponse.ListOffsetsPartitionResponse found) in
            OffsetListing.Rows(listed))
        {
            if (tag.Find(name) is not { } partition) continue;
            if (found.ErrorCode != ErrorCode.None) Judge(partition, found.ErrorCode);
            else if (found.Offset < 0) partition.Query = OffsetQuery.Latest;
            else BeginFetching(partition, found.Offset);
        }
    }

    /// <summary>Begins where <c>auto.offset.reset</c> says.</summary>
    public void ResetOffset(FetchPartition partition, string reason)
    {
        partition.Next = -1;
        switch (settings.AutoOffsetReset)
        {
            case OffsetReset.Earliest: partition.Query = OffsetQuery.Earliest; break;
            case OffsetReset.Latest: partition.Query = OffsetQuery.Latest; break;
            default: Fail(partition, ErrorCode.OffsetOutOfRange, $"{reason} and auto.offset.reset is none"); break;
        }
    }

    /// <summary>Ends the partition's reading; the reader is told.</summary>
    public void Fail(FetchPartition partition, ErrorCode error, string reason)
    {
        if (partition.HasFailed) return;
        partition.HasFailed = true;
        TopicPartition name = partition.Cursor.Name;
        var fault = new PartitionException(name, error, $"Reading {name}: {error}, {reason}.");
        buffer.Put(new FetchedBatch(partition.Cursor, partition.Generation, default, 0, fault));
    }

    private FetchPartition? Open(FetchTag tag, FetchProtocol.Data data)
    {
        if (tag.Find(data.Partition) is not { } partition) return null;
        if (data.Error != ErrorCode.None)
        {
            Judge(partition, data.Error);
            return null;
        }

        partition.Failures = 0;
        partition.Cursor.HighWatermark = data.HighWatermark;
        partition.Assembler.Reset();
        Feed(partition, data.Bytes);
        return partition;
    }

    private void Feed(FetchPartition partition, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            partition.Assembler.Feed(bytes, batch => Put(partition, batch));
        }
        catch (KafkaException fault)
        {
            Fail(partition, fault.Error, fault.Message);
        }
    }

    private void Put(FetchPartition partition, RecordBatch batch)
    {
        if (partition.HasFailed || batch.NextOffset <= partition.Next) return;
        if (settings.CheckCrcs && !batch.IsCrcValid())
        {
            string fault = $"the checksum of the batch at offset {batch.BaseOffset} is wrong";
            Fail(partition, ErrorCode.CorruptMessage, fault);
            return;
        }

        buffer.Put(partition.Batch(batch));
        partition.Next = batch.NextOffset;
    }

    public static void BeginFetching(FetchPartition partition, long offset)
    {
        partition.Query = null;
        partition.Failures = 0;
        partition.Next = offset;
        partition.Cursor.MoveTo(offset);
    }

    private void Judge(FetchPartition partition, ErrorCode error)
    {
        if (error == ErrorCode.OffsetOutOfRange)
        {
            ResetOffset(partition, $"offset {partition.Next} does not exist");
            return;
        }

        if (!error.IsRetriable())
        {
            Fail(partition, error, "it cannot be read");
            return;
        }

        TimeSpan pause = backoff.After(partition.Failures++);
        partition.RetryAt = time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);
        actor.Timers.StartSingleTimer(partition, RetryTick.Instance, pause + TimeSpan.FromMilliseconds(1));
        if (error.IsStaleMetadata()) cluster.Tell(ClusterProtocol.Refresh.Instance);
    }

    internal sealed class RetryTick : INoSerializationVerificationNeeded
    {
        public static readonly RetryTick Instance = new();
    }
}
