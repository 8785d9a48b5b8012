using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Records;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// Record path 3/9. Produce: each partition's batch goes to its leader on this node, as the bytes it came in, or is
/// answered with who leads. A compressed batch is opened on its way, in the client's <see cref="AppendLane"/>.
/// </summary>
internal sealed class ProduceHandler(NodeServices services) : ApiHandler<ProduceRequest>(ApiKey.Produce)
{
    /// <summary>Before it record batches had older formats, which are not stored (KIP-98).</summary>
    private const short FirstWithBatches = 3;

    /// <summary>Who speaks an older one may not know the codec (KIP-110).</summary>
    private const short FirstWithZstd = 7;

    private static readonly TimeSpan MaxTimeout = TimeSpan.FromMinutes(10);

    /// <summary>
    /// A partition takes no batch whose time is over: some clients give none, and mean its acks alone.
    /// </summary>
    private static readonly TimeSpan MinTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Beyond the request's own time, in which its partitions answer.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public override bool KeepsBytes => true;

    protected override void Handle(ProduceRequest request, RequestContext context)
    {
        var call = new ProduceCall(services, request, context);
        ErrorCode refusal = Refuse(request, context);
        if (refusal != ErrorCode.None)
        {
            call.RefuseAll(refusal);
            return;
        }

        TimeSpan asked = TimeSpan.FromMilliseconds(request.TimeoutMs);
        TimeSpan timeout = asked < MinTimeout ? MinTimeout : asked < MaxTimeout ? asked : MaxTimeout;
        DateTimeOffset deadline = services.Clock.GetUtcNow() + timeout;
        context.Deadline = deadline + Grace;
        MetadataImage image = services.Image;
        int index = 0;
        foreach (ProduceRequest.TopicProduceData topic in request.TopicData)
        {
            TopicImage? known = image.Topic(topic.Name);
            foreach (ProduceRequest.PartitionProduceData data in topic.PartitionData)
            {
                if (known is null || (uint)data.Index >= (uint)known.Partitions.Count)
                    call.Refuse(index, ErrorCode.UnknownTopicOrPartition);
                else if (services.Refusal(TopicOperation.Produce, image, topic.Name) is { } rule)
                    call.Refuse(index, rule.Error, rule.Message);
                else
                    Append(call, context, index, new TopicIdPartition(known.Id, data.Index), data.Records, deadline);
                index++;
            }
        }

        call.Sent();
    }

    private void Append(
        ProduceCall call,
        RequestContext context,
        int index,
        TopicIdPartition id,
        IRecords? records,
        DateTimeOffset deadline)
    {
        ErrorCode error = services.Leaders.Check(id, LeaderEpoch.None, out LeaderRoute? route);
        if (error != ErrorCode.None)
        {
            call.Refuse(index, error);
            return;
        }

        ReadOnlyMemory<byte> sent = records is MemoryRecords memory ? memory.Bytes : default;
        var append = new PartitionProtocol.Append(index, id, route!.Epoch, null, call.Acks, deadline, sent);
        if (IsNewerCodec(sent, context.Version))
            call.Refuse(index, ErrorCode.UnsupportedCompressionType, "Produce takes zstd from version 7 on.");
        else if (services.Partitions.TryGet(id, out PartitionHandle? partition))
            context.Appends.Send(route, partition, append, call);
        else
            route.Actor.Tell(append, call);
    }

    private static bool IsNewerCodec(ReadOnlyMemory<byte> sent, short version) =>
        version < FirstWithZstd && RecordBatch.TryRead(sent, out RecordBatch batch)
            && batch.Attributes.Compression == CompressionType.Zstd;

    private static ErrorCode Refuse(ProduceRequest request, RequestContext context)
    {
        if (context.Version < FirstWithBatches) return ErrorCode.UnsupportedVersion;
        if (request.Acks is < -1 or > 1) return ErrorCode.InvalidRequiredAcks;
        // Transactions come with their coordinator: nobody can have been given such an id.
        return request.TransactionalId is null ? ErrorCode.None : ErrorCode.InvalidTxnState;
    }
}
