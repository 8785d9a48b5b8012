using Akka.Actor;
using KafkaActors.Client.Cluster;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming.Groups;
using KafkaActors.Protocol;
using static KafkaActors.Client.Consuming.ReaderProtocol;

namespace KafkaActors.Client.Consuming;

/// <summary>
/// Fetches ahead for one reader: keeps the assignment, asks the leaders (<see cref="FetchRequests"/>), and has what
/// they answer put into the <see cref="FetchBuffer"/> until it is full (<see cref="FetchAnswers"/>). The assignment is
/// the reader's, or a group's that the consumer's <see cref="MembershipActor"/> is a member of. The reader is a typed
/// helper's, or the actor's own, which gives records to its owner (<see cref="ConsumerProtocol"/>). Stops with its
/// owner, with its client, and with its group's actor.
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
    private readonly IActorRef? _group;
    private readonly KafkaException? _groupFault;
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
        if (settings.GroupId.Length > 0) (_group, _groupFault) = StartGroup(client);
        if (owner is null) return;
        var reader = new RecordConsumer(_buffer, Self, marksConsumed: false);
        _conversation = new ConsumerConversation(_buffer, reader, owner, Self, settings.MaxPollRecords);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.Watch(_cluster);
        if (_owner is not null) Context.Watch(_owner);
    }

    protected override void PostStop() => _buffer.Close();

    /// <summary>A group's actor that fails is not started again: what it knew of the group is gone.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Terminated: Context.Stop(Self); return;
            case ConsumerProtocol.Close: Close(); return;
            case IClientCommand command: _conversation?.Receive(command, Sender); break;
            default: Fetch(message); break;
        }

        _conversation?.Deliver();
    }

    /// <summary>Without the actor, a subscription fails with the exception.</summary>
    private (IActorRef? Group, KafkaException? Fault) StartGroup(ClientSettings client)
    {
        GroupMemberSettings member;
        try
        {
            member = GroupMemberSettings.From(_settings, client);
        }
        catch (KafkaException fault)
        {
            return (null, fault);
        }

        (IActorRef cluster, ReadingActivity activity) = (_cluster, _buffer.Activity);
        (ConsumerSettings settings, TimeProvider time) = (_settings, _time);
        Props props = Props.Create(() => new MembershipActor(cluster, activity, member, settings, client, time));
        return (Context.Watch(Context.ActorOf(props.WithDispatcher(ClientSettings.Dispatcher), "group")), null);
    }

    private void Fetch(object message)
    {
        switch (message)
        {
            case Assign assign: Replace(assign); break;
            case Seek seek: BeginAt(seek.Partition); break;
            case Pause pause: Stop(pause); break;
            case Resume resume when _partitions.TryGetValue(resume.Partition, out FetchPartition? partition):
                partition.IsPaused = false;
                break;
            case Subscribe subscribe: Join(subscribe); break;
            case Unsubscribe or Commit or LetGo: PassOn(message); break;
            case RebalanceNews news: Hear(news); break;
            case MembershipProtocol.Located located: Locate(located); break;
            case ClusterProtocol.MetadataChanged changed: Learn(changed.Metadata); break;
            case ConnectionProtocol.Answered { Tag: OffsetsTag tag } answered:
                _answers.LearnOffsets(tag, answered);
                break;
            case ConnectionProtocol.Answered { Tag: FetchTag tag } answered: Answer(tag, answered); break;
            case MetadataPace.Due: _pace.Refresh(); return;
            case Room or FetchAnswers.RetryTick: break;
            default: return;
        }

        Advance();
    }

    private void Close()
    {
        if (_group is null) Context.Stop(Self);
        else _group.Tell(MembershipProtocol.Close.Instance);
    }

    private void Replace(Assign assign)
    {
        _group?.Tell(Unsubscribe.Instance);
        Change(
            () =>
            {
                _partitions.Clear();
                foreach (Begin begin in assign.Partitions)
                {
                    _partitions[begin.Cursor.Name] = new FetchPartition(begin.Cursor);
                    BeginAt(begin);
                }
            },
            _settings.AllowAutoCreateTopics);
        _group?.Tell(new MembershipProtocol.Use([.. assign.Partitions.Select(begin => begin.Cursor)]));
    }

    private void Join(Subscribe subscribe)
    {
        if (_group is null)
        {
            Hear(new RebalanceNews.Failed(_groupFault ?? new KafkaException(
                ErrorCode.InvalidGroupId, "A subscription needs a group: group.id is empty.")));
            return;
        }

        _group.Tell(subscribe);
    }

    private void PassOn(object message)
    {
        if (message is LetGo { Revoked.Cursors: var gone }) Change(() => Remove(gone));
        if (_group is not null) _group.Tell(message);
        else if (message is Commit commit)
            commit.Done.TrySetException(CommitException.Of(commit.Offsets.Keys, ErrorCode.InvalidGroupId));
    }

    /// <summary>
    /// New partitions wait for the group to say where they begin; revoked ones go when the reader has let go.
    /// </summary>
    private void Hear(RebalanceNews news)
    {
        if (news is RebalanceNews.Assigned assigned) Change(() => Add(assigned.Cursors));
        else if (news is RebalanceNews.Lost lost) Change(() => Remove(lost.Cursors));
        _buffer.Tell(news);
    }

    private void Add(IReadOnlyList<PartitionCursor> cursors)
    {
        foreach (PartitionCursor cursor in cursors)
        {
            var partition = new FetchPartition(cursor);
            partition.Restart(cursor.Generation);
            partition.AwaitsStart = true;
            _partitions[cursor.Name] = partition;
        }
    }

    private void Remove(IReadOnlyList<PartitionCursor> cursors)
    {
        foreach (PartitionCursor cursor in cursors)
        {
            if (_partitions.TryGetValue(cursor.Name, out FetchPartition? partition) && partition.Cursor == cursor)
                _partitions.Remove(cursor.Name);
        }
    }

    /// <param name="allowAutoCreation">
    /// False for what a group has assigned: that exists, and when it is deleted it must not come back by being read.
    /// </param>
    private void Change(Action change, bool allowAutoCreation = false)
    {
        string[] former = Topics();
        change();
        _requests.Order = [.. _partitions.Values];
        string[] topics = Topics();
        _cluster.Tell(new ClusterProtocol.Untrack([.. former.Except(topics)]));
        if (topics.Length > 0)
            _cluster.Tell(new ClusterProtocol.Track(topics, allowAutoCreation));
    }

    private string[] Topics() => [.. _partitions.Keys.Select(partition => partition.Topic).Distinct()];

    private void Locate(MembershipProtocol.Located located)
    {
        foreach ((PartitionCursor cursor, long offset) in located.Offsets)
        {
            bool isWaiting = _partitions.TryGetValue(cursor.Name, out FetchPartition? partition)
                && partition.Cursor == cursor && partition.AwaitsStart;
            if (!isWaiting) continue;
            partition!.AwaitsStart = false;
            if (offset >= 0) FetchAnswers.BeginFetching(partition, offset);
            else _answers.ResetOffset(partition, "the group has committed no offset");
        }
    }

    private void BeginAt(Begin begin)
    {
        if (!_partitions.TryGetValue(begin.Cursor.Name, out FetchPartition? partition)) return;
        partition.Restart(begin.Generation);
        if (begin.Start.Offset is { } offset)
        {
            partition.Next = offset;
            // A lookup that ended meanwhile has written its own.
            if (begin.Generation == begin.Cursor.Generation) begin.Cursor.MoveTo(offset);
        }
        else if (begin.Start.TimestampQuery is { } query)
        {
            partition.Query = query;
        }
        else
        {
            _answers.ResetOffset(partition, "no position was given");
        }
    }

    private void Stop(Pause pause)
    {
        if (!_partitions.TryGetValue(pause.Partition, out FetchPartition? partition)) return;
        (long? query, bool awaitsStart) = (partition.Query, partition.AwaitsStart);
        partition.Restart(pause.Generation);
        partition.Next = pause.Position;
        if (pause.Position < 0) (partition.Query, partition.AwaitsStart) = (query, awaitsStart);
        partition.IsPaused = true;
    }

    private void Learn(ClusterMetadata metadata)
    {
        _metadata = metadata;
        if (_requests.Order.TrueForAll(partition => metadata.Leader(partition.Cursor.Name) is not null)) _pace.Reset();
        foreach (FetchPartition partition in _requests.Order)
        {
            ErrorCode error = metadata.Topic(partition.Cursor.Name.Topic)?.ErrorCode ?? ErrorCode.None;
            if (error == ErrorCode.None || error.IsRetriable()) continue;
            _answers.Fail(partition, error, "the topic cannot be read");
        }
    }

    private void Answer(FetchTag tag, ConnectionProtocol.Answered answered)
    {
        _requests.Release(tag);
        _answers.Answer(tag, answered);
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
