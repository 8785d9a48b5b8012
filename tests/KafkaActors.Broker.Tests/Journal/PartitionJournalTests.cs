using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Tests.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Tests.Journal;

public sealed class PartitionJournalTests : PartitionTest
{
    [Test]
    public async Task A_partition_whose_writes_are_rejected_goes_offline_and_leaves_its_neighbours_alone()
    {
        PartitionHandle healthy = Open("healthy");
        IActorRef itsActor = await Lead(healthy);
        for (int i = 0; i < 15; i++)
        {
            PartitionHandle broken = Open($"broken-{i}");
            IActorRef actor = await Lead(broken);
            Misplace(broken);
            PartitionProtocol.Appended refused = await Ask(actor, Append(broken, Batch("a")));
            Assert.That(refused.Error, Is.EqualTo(ErrorCode.KafkaStorageError));
            await Owner.ExpectMsgAsync<ReplicaManagerProtocol.LogFailed>();
            Assert.That((await Ask(actor, Append(broken, Batch("a")))).Error, Is.EqualTo(ErrorCode.KafkaStorageError));
        }

        PartitionProtocol.Appended answer = await Ask(itsActor, Append(healthy, Batch("a")));

        Assert.That(answer.Error, Is.EqualTo(ErrorCode.None));
    }

    // Moves the log's end behind the back of its leader: what that one writes next does not fit.
    private static void Misplace(PartitionHandle partition)
    {
        byte[] batch = Batch("b");
        RecordBatchPatcher.AssignOffsets(batch, partition.Log.LogEndOffset, partition.Assignment.LeaderEpoch);
        RecordBatch.TryRead(batch, out RecordBatch view);
        LogAppendResult result = partition.Log.Append(partition.Assignment.Token!, view);
        Assert.That(result.IsAppended, Is.True);
    }
}
