using Akka.Actor;
using KafkaActors.Client.Cluster;
using KafkaActors.Client.Configuration;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Records;
using KafkaActors.Protocol.Wire;

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
    /// <summary>From it on a fetch names topics by their ids (KIP-516).</summary>
    private const short FirstWithTopicIds = 13;

    public void Answer(FetchTag tag, ConnectionProtocol.Answered answered)
    {
        var response = answered.Response as FetchResponse;
        ErrorCode error = response?.ErrorCode ?? answered.Error;
        foreach (FetchPartition partition in tag.Current.ToArray())
        {
            partition.IsBusy = false;
            if (error != ErrorCode.None) Judge(partition, error, answered.Message);
        }

        if (error != ErrorCode.None) return;
        bool isById = answered.Version >= FirstWithTopicIds;
        foreach (FetchResponse.FetchableTopicResponse topic in response!.Responses)
        {
            foreach (FetchResponse.PartitionData told in topic.Partitions)
            {
                FetchPartition? partition = isById
                    ? tag.Find(new TopicIdPartition(topic.TopicId, told.PartitionIndex))
                    : tag.Find(new TopicPartition(topic.Topic, told.PartitionIndex));
                if (partition is not null) Take(partition, told);
            }
        }
    }

    public void LearnOffsets(OffsetsTag tag, ConnectionProtocol.Answered answered)
    {
        var listed = answered.Response as ListOffsetsResponse;
        foreach (FetchPartition partition in tag.Current.ToArray())
        {
            partition.IsBusy = false;
            if (listed is null) Judge(partition, answered.Error, answered.Message);
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

    private void Take(FetchPartition partition, FetchResponse.PartitionData told)
    {
        if (told.ErrorCode != ErrorCode.None)
        {
            if (told.CurrentLeader is { } leader)
                cluster.Tell(new ClusterProtocol.LeaderMoved(
                    partition.Cursor.Name, leader.LeaderId, leader.LeaderEpoch));
            Judge(partition, told.ErrorCode);
            return;
        }

        partition.Failures = 0;
        partition.Cursor.HighWatermark = told.HighWatermark;
        if (told.Records is not MemoryRecords { SizeInBytes: > 0 } records) return;
        try
        {
            FetchedBatches.Cut(records.Bytes, batch => Put(partition, batch));
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

    private void Judge(FetchPartition partition, ErrorCode error, string? message = null)
    {
        if (error == ErrorCode.OffsetOutOfRange)
        {
            ResetOffset(partition, $"offset {partition.Next} does not exist");
            return;
        }

        if (!error.IsRetriable())
        {
            Fail(partition, error, message?.TrimEnd('.') ?? "it cannot be read");
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
