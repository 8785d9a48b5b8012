using Akka.Actor;
using KafkaActors.Client.Cluster;
using KafkaActors.Client.Configuration;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using static KafkaActors.Client.Consuming.ReaderProtocol;

namespace KafkaActors.Client.Consuming;

/// <summary>
/// Fetches ahead for one reader: looks up where to begin, asks each leader for the partitions it leads, and puts whole
/// batches into the <see cref="FetchBuffer"/> until it is full. Errors that may pass are tried again for ever, with
/// growing pauses and fresh metadata; others reach the reader and end that partition's reading.
/// </summary>
internal sealed class ConsumerActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan FetchSlack = TimeSpan.FromSeconds(5);

    private readonly IActorRef _cluster;
    private readonly FetchBuffer _buffer;
    private readonly ConsumerSettings _settings;
    private readonly ClientSettings _client;
    private readonly TimeProvider _time;
    private readonly Backoff _backoff;
    private readonly MetadataPace _pace;
    private readonly IActorRef? _owner;
    private readonly ConsumerConversation? _conversation;
    private readonly Dictionary<TopicPartition, FetchPartition> _partitions = [];
    private List<FetchPartition> _order = [];
    private ClusterMetadata _metadata = ClusterMetadata.Empty;
    private long _reservedBytes;

    /// <param name="shared">What a typed helper reads; null: the actor's own, which it reads for the owner.</param>
    public ConsumerActor(
        IActorRef cluster,
        FetchBuffer? shared,
        IActorRef? owner,
        ConsumerSettings settings,
        ClientSettings client,
        TimeProvider time)
    {
        _cluster = cluster;
        _buffer = shared ?? new FetchBuffer(settings.PrefetchBytes);
        _owner = owner;
        _settings = settings;
        _client = client;
        _time = time;
        _backoff = new Backoff(client.RetryBackoff, client.RetryBackoffMax);
        _pace = new MetadataPace(this, cluster, new Backoff(client.RetryBackoff, client.RetryBackoffMax));
        _buffer.Attach(Self);
        if (owner is null) return;
        var reader = new RecordConsumer(_buffer, Self);
        _conversation = new ConsumerConversation(reader, owner, Self, settings.MaxPollRecords);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.Watch(_cluster);
        if (_owner is not null) Context.Watch(_owner);
    }

    protected override void PostStop() => _buffer.Close();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Terminated or ConsumerProtocol.Close: Context.Stop(Self); return;
            case IClientCommand command: _conversation?.Receive(command, Sender); break;
            default: Fetch(message); break;
        }

        _conversation?.Deliver();
    }

    private void Fetch(object message)
    {
        switch (message)
        {
            case ConnectionProtocol.Fetched fetched: Receive((FetchTag)fetched.Tag, fetched.Part); return;
            case Assign assign: Replace(assign); break;
            case Seek seek: BeginAt(seek.Partition); break;
            case Pause pause: Stop(pause); break;
            case Resume resume when _partitions.TryGetValue(resume.Partition, out FetchPartition? partition):
                partition.IsPaused = false;
                break;
            case ClusterProtocol.MetadataChanged changed: Learn(changed.Metadata); break;
            case ConnectionProtocol.FetchEnded ended: End((FetchTag)ended.Tag, ended.Error); break;
            case ConnectionProtocol.Called called: LearnOffsets((FetchTag)called.Tag, called); break;
            case MetadataPace.Due: _pace.Ask(); return;
            case Room or RetryTick: break;
            default: return;
        }

        Advance();
    }

    private void Replace(Assign assign)
    {
        string[] former = Topics();
        _partitions.Clear();
        foreach (Begin begin in assign.Partitions)
        {
            _partitions[begin.Cursor.Name] = new FetchPartition(begin.Cursor);
            BeginAt(begin);
        }

        _order = [.. _partitions.Values];
        string[] topics = Topics();
        _cluster.Tell(new ClusterProtocol.Untrack([.. former.Except(topics)]));
        _cluster.Tell(new ClusterProtocol.Track(topics, _settings.AllowAutoCreateTopics));
    }

    private string[] Topics() => [.. _partitions.Keys.Select(partition => partition.Topic).Distinct()];

    private void BeginAt(Begin begin)
    {
        if (!_partitions.TryGetValue(begin.Cursor.Name, out FetchPartition? partition)) return;
        partition.Restart(begin.Generation);
        if (begin.Start.Offset is { } offset) partition.Next = offset;
        else if (begin.Start.TimestampQuery is { } query) partition.Query = query;
        else ResetOffset(partition, "no position was given");
    }

    private void Stop(Pause pause)
    {
        if (!_partitions.TryGetValue(pause.Partition, out FetchPartition? partition)) return;
        long? query = partition.Query;
        partition.Restart(pause.Generation);
        partition.Next = pause.Position;
        if (pause.Position < 0) partition.Query = query;
        partition.IsPaused = true;
    }

    private void Learn(ClusterMetadata metadata)
    {
        _metadata = metadata;
        if (_order.TrueForAll(partition => metadata.Leader(partition.Cursor.Name) is not null)) _pace.Reset();
        foreach (FetchPartition partition in _order)
        {
            ErrorCode error = metadata.Topic(partition.Cursor.Name.Topic)?.Error ?? ErrorCode.None;
            if (error != ErrorCode.None && !error.IsRetriable()) Fail(partition, error, "the topic cannot be read");
        }
    }

    /// <summary>Sends whatever can be sent now.</summary>
    private void Advance()
    {
        long now = _time.GetTimestamp();
        Dictionary<IActorRef, List<(FetchPartition Partition, PartitionLeader Leader)>>? queries = null;
        Dictionary<IActorRef, List<(FetchPartition Partition, PartitionLeader Leader)>>? fetches = null;
        bool leaderless = false;
        foreach (FetchPartition partition in _order)
        {
            bool query = partition.CanQuery(now);
            if (!query && !partition.CanFetch(now)) continue;
            if (_metadata.Leader(partition.Cursor.Name) is not { } leader) leaderless = true;
            else Add(ref query ? ref queries : ref fetches, partition, leader);
        }

        if (leaderless) _pace.AskLater();
        foreach ((IActorRef node, var partitions) in queries ?? []) SendQuery(node, partitions);
        foreach ((IActorRef node, var partitions) in fetches ?? []) SendFetch(node, partitions);
    }

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
        var tag = new FetchTag(0);
        List<FetchProtocol.PartitionTimestamp> queries = [];
        foreach ((FetchPartition partition, PartitionLeader leader) in partitions)
        {
            partition.IsBusy = true;
            tag.Add(leader.Partition, partition);
            queries.Add(new FetchProtocol.PartitionTimestamp(leader.Partition, leader.Epoch, partition.Query!.Value));
        }

        node.Tell(new ConnectionProtocol.Call(
            tag, id => new FetchProtocol.ListOffsets(id, _settings.Isolation, queries), _client.RequestTimeout));
    }

    private void SendFetch(IActorRef node, List<(FetchPartition Partition, PartitionLeader Leader)> partitions)
    {
        long room = Math.Min(_buffer.RoomOrWait(_reservedBytes), _settings.FetchMaxBytes);
        if (room <= 0) return;
        var tag = new FetchTag(room);
        _reservedBytes += room;
        List<FetchProtocol.PartitionPosition> positions = [];
        foreach ((FetchPartition partition, PartitionLeader leader) in partitions)
        {
            partition.IsBusy = true;
            tag.Add(leader.Partition, partition);
            positions.Add(new FetchProtocol.PartitionPosition(
                leader.Partition, leader.Epoch, partition.Next, _settings.MaxPartitionFetchBytes));
        }

        RotateOrder();
        node.Tell(new ConnectionProtocol.StartFetch(
            tag,
            _settings.FetchMaxWait,
            _settings.FetchMinBytes,
            (int)room,
            _settings.Isolation,
            positions,
            _client.RequestTimeout + _settings.FetchMaxWait + FetchSlack));
    }

    /// <summary>The node fills an answer in the order asked: who came first comes last the next time.</summary>
    private void RotateOrder()
    {
        if (_order.Count < 2) return;
        FetchPartition first = _order[0];
        _order = [.. _order.Skip(1), first];
    }

    private void Receive(FetchTag tag, IReply part)
    {
        if (part is FetchProtocol.Data data) tag.Receiving = Open(tag, data);
        else if (part is FetchProtocol.Chunk chunk && tag.Receiving is { } partition) Feed(partition, chunk.Bytes);
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
        if (_settings.CheckCrcs && !batch.IsCrcValid())
        {
            string fault = $"the checksum of the batch at offset {batch.BaseOffset} is wrong";
            Fail(partition, ErrorCode.CorruptMessage, fault);
            return;
        }

        _buffer.Put(partition.Batch(batch));
        partition.Next = batch.NextOffset;
    }

    private void End(FetchTag tag, ErrorCode error)
    {
        _reservedBytes -= tag.ReservedBytes;
        foreach (FetchPartition partition in tag.Current.ToArray())
        {
            partition.IsBusy = false;
            if (error != ErrorCode.None) Judge(partition, error);
        }
    }

    private void LearnOffsets(FetchTag tag, ConnectionProtocol.Called called)
    {
        foreach (FetchPartition partition in tag.Current.ToArray())
        {
            partition.IsBusy = false;
            if (called.Reply is not FetchProtocol.OffsetsListed) Judge(partition, called.Error);
        }

        if (called.Reply is not FetchProtocol.OffsetsListed listed) return;
        foreach (FetchProtocol.PartitionOffset found in listed.Partitions)
        {
            if (tag.Find(found.Partition) is not { } partition) continue;
            if (found.Error != ErrorCode.None) Judge(partition, found.Error);
            else if (found.Offset < 0) partition.Query = OffsetQuery.Latest;
            else BeginFetching(partition, found.Offset);
        }
    }

    private static void BeginFetching(FetchPartition partition, long offset)
    {
        partition.Query = null;
        partition.Failures = 0;
        partition.Next = offset;
        partition.Cursor.Position = offset;
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

        TimeSpan pause = _backoff.After(partition.Failures++);
        partition.RetryAt = _time.GetTimestamp() + (long)(pause.TotalSeconds * _time.TimestampFrequency);
        Timers.StartSingleTimer(partition, RetryTick.Instance, pause + TimeSpan.FromMilliseconds(1));
        if (error.IsStaleMetadata()) _cluster.Tell(ClusterProtocol.Refresh.Instance);
    }

    private void ResetOffset(FetchPartition partition, string reason)
    {
        partition.Next = -1;
        switch (_settings.AutoOffsetReset)
        {
            case OffsetReset.Earliest: partition.Query = OffsetQuery.Earliest; break;
            case OffsetReset.Latest: partition.Query = OffsetQuery.Latest; break;
            default: Fail(partition, ErrorCode.OffsetOutOfRange, $"{reason} and auto.offset.reset is none"); break;
        }
    }

    private void Fail(FetchPartition partition, ErrorCode error, string reason)
    {
        if (partition.HasFailed) return;
        partition.HasFailed = true;
        TopicPartition name = partition.Cursor.Name;
        var fault = new PartitionException(name, error, $"Reading {name}: {error}, {reason}.");
        _buffer.Put(new FetchedBatch(partition.Cursor, partition.Generation, default, 0, fault));
    }

    /// <summary>The buffer has room again.</summary>
    internal sealed class Room : INoSerializationVerificationNeeded
    {
        public static readonly Room Instance = new();
    }

    private sealed class RetryTick : INoSerializationVerificationNeeded
    {
        public static readonly RetryTick Instance = new();
    }
}
