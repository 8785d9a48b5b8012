using Akka.Actor;
using KafkaActors.Protocol;
using static KafkaActors.Client.Consuming.ConsumerProtocol;

namespace KafkaActors.Client.Consuming;

/// <summary>
/// The side of a <see cref="ConsumerActor"/> that its owner talks to: the one reader of the actor's buffer, which gives
/// out no more than was asked for. Owned by the actor.
/// </summary>
internal sealed class ConsumerConversation(RecordConsumer reader, IActorRef owner, IActorRef self, int maxPollRecords)
{
    private long _demand;

    public void Receive(IClientCommand command, IActorRef sender)
    {
        switch (command)
        {
            case Pull pull: _demand = Math.Min(_demand + Math.Max(pull.MaxRecords, 0), int.MaxValue); break;
            case Assign assign: reader.Assign(assign.Partitions); break;
            case Unassign: reader.Assign([]); break;
            case Seek seek when IsAssigned(seek.Partition): reader.Seek(seek.Partition, seek.Start); break;
            case Pause pause when IsAssigned(pause.Partition): reader.Pause(pause.Partition); break;
            case Resume resume when IsAssigned(resume.Partition): reader.Resume(resume.Partition); break;
            case GetPositions get: sender.Tell(new Positions(get.Tag, Offsets()), self); break;
        }
    }

    /// <summary>Gives out what is here, as far as demand goes.</summary>
    public void Deliver()
    {
        bool more = true;
        while (more && _demand > 0)
        {
            more = TryRead(out List<FetchedRecord> records, out PartitionException? fault);
            _demand -= records.Count;
            if (records.Count > 0) owner.Tell(new Records(records), self);
            if (fault is not null) owner.Tell(new PartitionFailed(fault.Partition, fault.Error, fault.Message), self);
        }
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

    private Dictionary<TopicPartition, long> Offsets() =>
        reader.Assignment.ToDictionary(partition => partition, reader.Position);
}
