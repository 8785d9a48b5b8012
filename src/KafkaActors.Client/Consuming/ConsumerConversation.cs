using Akka.Actor;
using KafkaActors.Protocol;
using static KafkaActors.Client.Consuming.ConsumerProtocol;

namespace KafkaActors.Client.Consuming;

/// <summary>
/// The side of a <see cref="ConsumerActor"/> that its owner talks to: the one reader of the actor's buffer, which gives
/// out no more than was asked for. Owned by the actor.
/// </summary>
internal sealed class ConsumerConversation(
    FetchBuffer buffer, RecordConsumer reader, IActorRef owner, IActorRef self, int maxPollRecords)
{
    private readonly HashSet<TopicPartition> _given = [];
    private readonly Dictionary<int, RebalanceNews> _unconfirmed = [];
    private bool _confirmsRevocation;
    private long _demand;

    public void Receive(IClientCommand command, IActorRef sender)
    {
        switch (command)
        {
            case Pull pull: Ask(pull); break;
            case Assign assign: reader.Assign(assign.Partitions); break;
            case Unassign: reader.Assign([]); break;
            case Seek seek when IsAssigned(seek.Partition): reader.Seek(seek.Partition, seek.Start); break;
            case Pause pause when IsAssigned(pause.Partition): reader.Pause(pause.Partition); break;
            case Resume resume when IsAssigned(resume.Partition): reader.Resume(resume.Partition); break;
            case Subscribe subscribe: Join(subscribe); break;
            case Unsubscribe: reader.Unsubscribe(); break;
            case ConfirmRevoked confirmed: Confirm(confirmed.Id); break;
            case Commit commit: BeginCommit(commit, sender); break;
            case GetPositions get: sender.Tell(new Positions(get.Tag, Each(reader.Position)), self); break;
            case GetLags get: sender.Tell(new Lags(get.Tag, Each(reader.Lag)), self); break;
        }
    }

    /// <summary>Tells what the group has decided, then gives out what is here, as far as demand goes.</summary>
    public void Deliver()
    {
        while (reader.TryBeginNews(out RebalanceNews? news)) Pass(news);
        bool more = true;
        while (more && _demand > 0)
        {
            more = TryRead(out List<FetchedRecord> records, out PartitionException? fault);
            _demand -= records.Count;
            if (records.Count > 0) Give(records);
            if (fault is not null) owner.Tell(new PartitionFailed(fault.Partition, fault.Error, fault.Message), self);
        }

        buffer.Activity.IsWaiting = _demand > 0;
    }

    private void Ask(Pull pull)
    {
        foreach (TopicPartition partition in _given) reader.MarkConsumed(partition);
        _given.Clear();
        _demand = Math.Min(_demand + Math.Max(pull.MaxRecords, 0), int.MaxValue);
    }

    private void Give(List<FetchedRecord> records)
    {
        foreach (FetchedRecord record in records) _given.Add(record.Partition);
        owner.Tell(new Records(records), self);
    }

    private void Join(Subscribe subscribe)
    {
        _confirmsRevocation = subscribe.ConfirmsRevocation;
        reader.Subscribe(subscribe.Topics);
    }

    private void Pass(RebalanceNews news)
    {
        TopicPartition[] partitions = [.. news.Cursors.Select(cursor => cursor.Name)];
        switch (news)
        {
            case RebalanceNews.Assigned: owner.Tell(new PartitionsAssigned(partitions), self); break;
            case RebalanceNews.Lost: owner.Tell(new PartitionsLost(partitions), self); break;
            case RebalanceNews.Revoked revoked: owner.Tell(new PartitionsRevoked(revoked.Id, partitions), self); break;
            case RebalanceNews.Failed { Error: var error }:
                owner.Tell(new SubscriptionFailed(error.Error, error.Message), self);
                break;
        }

        if (news is RebalanceNews.Revoked { Id: var id } && _confirmsRevocation) _unconfirmed[id] = news;
        else reader.EndNews(news);
    }

    private void Confirm(int id)
    {
        if (!_unconfirmed.Remove(id, out RebalanceNews? news)) return;
        foreach (PartitionCursor cursor in news.Cursors) reader.MarkConsumed(cursor.Name);
        reader.EndNews(news);
    }

    private void BeginCommit(Commit commit, IActorRef sender)
    {
        Task done = commit.Offsets is { } offsets ? reader.CommitAsync(offsets) : reader.CommitAsync();
        done.PipeTo(
            sender,
            self,
            success: () => new Committed(commit.Tag, new Dictionary<TopicPartition, ErrorCode>()),
            failure: fault => new Committed(commit.Tag, ((CommitException)fault).Errors));
    }

    /// <summary>One group; false when there is nothing behind it.</summary>
    private bool TryRead(out List<FetchedRecord> records, out PartitionException? fault)
    {
        records = [];
        fault = null;
        long most = Math.Min(_demand, maxPollRecords);
        try
        {
            while (records.Count < most)
            {
                if (!reader.TryRead(out FetchedRecord record)) return false;
                records.Add(record);
            }
        }
        catch (PartitionException thrown)
        {
            fault = thrown;
        }

        return true;
    }

    private bool IsAssigned(TopicPartition partition)
    {
        if (reader.IsAssigned(partition)) return true;
        string message = $"{partition} is not assigned to this consumer.";
        owner.Tell(new PartitionFailed(partition, ErrorCode.UnknownTopicOrPartition, message), self);
        return false;
    }

    private Dictionary<TopicPartition, long> Each(Func<TopicPartition, long> number) =>
        reader.Assignment.ToDictionary(partition => partition, number);
}
