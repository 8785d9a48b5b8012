using Akka.Actor;
using KafkaActors.Client.Cluster;
using KafkaActors.Client.Configuration;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Consuming;

/// <summary>
/// What a consumer asks the leaders for: where partitions begin, and their records, no more than its buffer has room
/// for. Partitions take turns. Owned by one <see cref="ConsumerActor"/>.
/// </summary>
internal sealed class FetchRequests(FetchBuffer buffer, ConsumerSettings settings, ClientSettings client)
{
    private static readonly TimeSpan FetchSlack = TimeSpan.FromSeconds(5);

    private long _reservedBytes;

    /// <summary>The assigned partitions; who is asked for first.</summary>
    public List<FetchPartition> Order { get; set; } = [];

    /// <summary>Sends whatever can be sent now; false when a partition that is to be read has no leader.</summary>
    public bool Send(ClusterMetadata metadata, long now)
    {
        Dictionary<IActorRef, List<(FetchPartition Partition, PartitionLeader Leader)>>? queries = null;
        Dictionary<IActorRef, List<(FetchPartition Partition, PartitionLeader Leader)>>? fetches = null;
        bool leaderless = false;
        foreach (FetchPartition partition in Order)
        {
            bool query = partition.CanQuery(now);
            if (!query && !partition.CanFetch(now)) continue;
            if (metadata.Leader(partition.Cursor.Name) is not { } leader) leaderless = true;
            else Add(ref query ? ref queries : ref fetches, partition, leader);
        }

        foreach ((IActorRef node, var partitions) in queries ?? []) SendQuery(node, partitions);
        foreach ((IActorRef node, var partitions) in fetches ?? []) SendFetch(node, partitions);
        return !leaderless;
    }

    /// <summary>A fetch has ended: what it might have brought is room again.</summary>
    public void Release(FetchTag tag) => _reservedBytes -= tag.ReservedBytes;

    private static void Add(
        ref Dictionary<IActorRef, List<(FetchPartition Partition, PartitionLeader Leader)>>? byNode,
        FetchPartition partition,
        PartitionLeader leader)
    {
        byNode ??= [];
        if (!byNode.TryGetValue(leader.Connection, out List<(FetchPartition, PartitionLeader)>? partitions))
            byNode.Add(leader.Connection, partitions = []);
        partitions.Add((partition, leader));
    }

    private void SendQuery(IActorRef node, List<(FetchPartition Partition, PartitionLeader Leader)> partitions)
    {
        var tag = new OffsetsTag();
        foreach ((FetchPartition partition, _) in partitions)
        {
            partition.IsBusy = true;
            tag.Add(partition);
        }

        ListOffsetsRequest request = OffsetListing.Of(
            partitions.Select(asked => (asked.Leader, asked.Partition.Query!.Value)),
            settings.Isolation,
            client.RequestTimeout);
        node.Tell(new ConnectionProtocol.Ask(tag, request, client.RequestTimeout));
    }

    private void SendFetch(IActorRef node, List<(FetchPartition Partition, PartitionLeader Leader)> partitions)
    {
        long room = Math.Min(buffer.RoomOrWait(_reservedBytes), settings.FetchMaxBytes);
        if (room <= 0) return;
        var tag = new FetchTag(room);
        _reservedBytes += room;
        var request = new FetchRequest
        {
            MaxWaitMs = (int)settings.FetchMaxWait.TotalMilliseconds,
            MinBytes = settings.FetchMinBytes,
            MaxBytes = (int)room,
            IsolationLevel = (sbyte)settings.Isolation,
            Topics = TopicsOf(partitions, tag),
        };
        RotateOrder();
        node.Tell(new ConnectionProtocol.Ask(
            tag, request, client.RequestTimeout + settings.FetchMaxWait + FetchSlack));
    }

    // In their order: a topic whose partitions are not next to each other is named again.
    private List<FetchRequest.FetchTopic> TopicsOf(
        List<(FetchPartition Partition, PartitionLeader Leader)> partitions, FetchTag tag)
    {
        var topics = new List<FetchRequest.FetchTopic>();
        List<FetchRequest.FetchPartition> asked = [];
        foreach ((FetchPartition partition, PartitionLeader leader) in partitions)
        {
            partition.IsBusy = true;
            tag.Add(leader, partition);
            if (topics.Count == 0 || topics[^1].Topic != leader.Name.Topic)
            {
                asked = [];
                topics.Add(new()
                {
                    Topic = leader.Name.Topic, TopicId = leader.TopicId, Partitions = asked,
                });
            }

            asked.Add(new()
            {
                Partition = leader.Name.Partition,
                CurrentLeaderEpoch = leader.Epoch,
                FetchOffset = partition.Next,
                PartitionMaxBytes = settings.MaxPartitionFetchBytes,
            });
        }

        return topics;
    }

    /// <summary>The node fills an answer in the order asked: who came first comes last the next time.</summary>
    private void RotateOrder()
    {
        if (Order.Count < 2) return;
        FetchPartition first = Order[0];
        Order = [.. Order.Skip(1), first];
    }
}
