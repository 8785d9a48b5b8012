using Akka.Actor;
using KafkaActors.Client.Cluster;
using KafkaActors.Client.Configuration;
using KafkaActors.Protocol;
using static KafkaActors.Client.Consuming.ReaderProtocol;

namespace KafkaActors.Client.Consuming;

/// <summary>
/// Fetches ahead for one reader: keeps the assignment, asks the leaders (<see cref="FetchRequests"/>), and has what
/// they answer put into the <see cref="FetchBuffer"/> until it is full (<see cref="FetchAnswers"/>). The reader is a
/// typed helper's, or the actor's own, which gives records to its owner (<see cref="ConsumerProtocol"/>). Stops with
/// its owner and with its client.
/// </summary>
internal sealed class ConsumerActor : UntypedActor, IWithTimers
{
    private readonly IActorRef _cluster;
    private readonly FetchBuffer _buffer;
    private readonly ConsumerSettings _settings;
    private readonly TimeProvider _time;
    private readonly FetchRequests _requests;
    private readonly FetchAnswers _answers;
    private readonly MetadataPace _pace;
    private readonly IActorRef? _owner;
    private readonly ConsumerConversation? _conversation;
    private readonly Dictionary<TopicPartition, FetchPartition> _partitions = [];
    private ClusterMetadata _metadata = ClusterMetadata.Empty;

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
        _time = time;
        var backoff = new Backoff(client.RetryBackoff, client.RetryBackoffMax);
        _pace = new MetadataPace(this, cluster, new Backoff(client.RetryBackoff, client.RetryBackoffMax));
        _requests = new FetchRequests(_buffer, settings, client);
        _answers = new FetchAnswers(this, cluster, _buffer, settings, backoff, time);
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
            case ConnectionProtocol.Fetched fetched: _answers.Receive((FetchTag)fetched.Tag, fetched.Part); return;
            case Assign assign: Replace(assign); break;
            case Seek seek: BeginAt(seek.Partition); break;
            case Pause pause: Stop(pause); break;
            case Resume resume when _partitions.TryGetValue(resume.Partition, out FetchPartition? partition):
                partition.IsPaused = false;
                break;
            case ClusterProtocol.MetadataChanged changed: Learn(changed.Metadata); break;
            case ConnectionProtocol.FetchEnded ended: End((FetchTag)ended.Tag, ended.Error); break;
            case ConnectionProtocol.Called called: _answers.LearnOffsets((FetchTag)called.Tag, called); break;
            case MetadataPace.Due: _pace.Refresh(); return;
            case Room or FetchAnswers.RetryTick: break;
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

        _requests.Order = [.. _partitions.Values];
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
        else _answers.ResetOffset(partition, "no position was given");
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
        if (_requests.Order.TrueForAll(partition => metadata.Leader(partition.Cursor.Name) is not null)) _pace.Reset();
        foreach (FetchPartition partition in _requests.Order)
        {
            ErrorCode error = metadata.Topic(partition.Cursor.Name.Topic)?.Error ?? ErrorCode.None;
            if (error == ErrorCode.None || error.IsRetriable()) continue;
            _answers.Fail(partition, error, "the topic cannot be read");
        }
    }

    private void End(FetchTag tag, ErrorCode error)
    {
        _requests.Release(tag);
        _answers.End(tag, error);
    }

    private void Advance()
    {
        if (!_requests.Send(_metadata, _time.GetTimestamp())) _pace.AskLater();
    }

    /// <summary>The buffer has room again.</summary>
    internal sealed class Room : INoSerializationVerificationNeeded
    {
        public static readonly Room Instance = new();
    }
}
