using System.Collections.Concurrent;
using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.Coordinators;

/// <summary>Leads all partitions of a topic, and treats the appends to each as a test says.</summary>
/// <param name="faults">By partition; changed by the test at any time.</param>
/// <param name="store">Appends to the log and gives the base offset.</param>
internal sealed class InjectedLeader(
    ConcurrentDictionary<int, AppendFault> faults, Func<PartitionProtocol.Append, long> store) : UntypedActor
{
    private readonly Queue<(PartitionProtocol.Append Append, IActorRef From)> _held = new();

    protected override void OnReceive(object message)
    {
        if (message is PartitionProtocol.Append append) Take(append, Sender);
        else if (message is Release) ReleaseHeld();
    }

    private void Take(PartitionProtocol.Append append, IActorRef from)
    {
        switch (faults.GetValueOrDefault(append.Partition.Partition))
        {
            case AppendFault.None: Answer(append, from, ErrorCode.None, store(append)); break;
            case AppendFault.Failed: Answer(append, from, ErrorCode.KafkaStorageError); break;
            case AppendFault.Fenced: Answer(append, from, ErrorCode.NotCoordinator); break;
            case AppendFault.Slow: _held.Enqueue((append, from)); break;
            case AppendFault.Unknown: store(append); break;
            default: throw new InvalidOperationException("No such fault.");
        }
    }

    private void ReleaseHeld()
    {
        while (_held.TryDequeue(out (PartitionProtocol.Append Append, IActorRef From) held))
            Answer(held.Append, held.From, ErrorCode.None, store(held.Append));
    }

    private static void Answer(
        PartitionProtocol.Append append, IActorRef from, ErrorCode error, long baseOffset = -1) =>
        from.Tell(new PartitionProtocol.Appended(
            append.CorrelationId, error, null, baseOffset, -1, 0, NodeId.None, LeaderEpoch.None));

    /// <summary>What was held is stored and answered.</summary>
    internal sealed record Release : INoSerializationVerificationNeeded
    {
        public static Release Instance { get; } = new();
    }
}
