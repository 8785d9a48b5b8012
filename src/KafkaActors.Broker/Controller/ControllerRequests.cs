using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Broker.Controller.ControllerProtocol;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// Which decision each request asks for, and how its answer is made of the offset at which it counts. Pure.
/// </summary>
internal static class ControllerRequests
{
    public static (IReadOnlyList<MetadataEvent> Events, Func<MetadataOffset, Reply> Answer) Decide(
        Request request,
        MetadataImage image,
        Func<BrokerImage, bool> isAlive,
        ControllerPolicy policy,
        Random random,
        DateTimeOffset now)
    {
        switch (request)
        {
            case CreateTopics create:
                return Topics(
                    create.Id, TopicDecisions.Create(image, create.Topics, policy, random), create.ValidateOnly);
            case DeleteTopics delete:
                return Topics(delete.Id, TopicDecisions.Delete(image, delete.Topics, policy, now));
            case AddPartitions add:
                return Topics(
                    add.Id, TopicDecisions.AddPartitions(image, add.Topics, policy, random), add.ValidateOnly);
            case AlterConfigs alter:
                Decision<IReadOnlyList<ResourceResult>> altered =
                    ConfigDecisions.Alter(image, alter.Resources, policy);
                return (
                    alter.ValidateOnly ? [] : altered.Events,
                    offset => new ConfigsAltered(alter.Id, altered.Result, offset));
            case RegisterBroker register:
                BrokerImage? previous = image.Broker(register.Registration.Node);
                // At the same address another incarnation is proof that the last one is dead.
                bool isPreviousAlive = previous is not null
                    && previous.AkkaAddress != register.Registration.AkkaAddress && isAlive(previous);
                return Broker(register.Id, BrokerDecisions.Register(
                    image, register.Registration, isPreviousAlive, policy));
            case UnfenceBroker unfence:
                return Broker(unfence.Id, BrokerDecisions.Unfence(image, unfence.Node, unfence.Epoch, policy));
            case ShutDownBroker shutDown:
                return Broker(shutDown.Id, BrokerDecisions.BeginShutdown(image, shutDown.Node, shutDown.Epoch, policy));
            case ReportOffline report:
                return Broker(report.Id, OfflineDecisions.Report(
                    image, report.Node, report.Epoch, report.Partitions, policy));
            case ProposeIsr propose:
                Decision<ErrorCode> isr = IsrDecisions.Propose(image, propose.Proposal, policy);
                return (isr.Events, offset => new IsrDecided(propose.Id, isr.Result, offset));
            case AllocateProducerIds allocate:
                Decision<ProducerIdBlock> block = ProducerIdDecisions.Allocate(image, allocate.Node, allocate.Epoch);
                return (block.Events, offset => new ProducerIdsAllocated(
                    allocate.Id, block.Result.Error, block.Result.First, block.Result.Count, offset));
            case StartCoordinator start:
                Decision<CoordinatorStart> started =
                    CoordinatorDecisions.Start(image, start.Topic, start.Node, start.Epoch);
                return (started.Events, offset => new CoordinatorDecided(
                    start.Id, started.Result.Error, started.Result.Epoch, offset));
            default:
                return ([], _ => new Refused(
                    request.Id, ErrorCode.InvalidRequest, $"The controller does not know {request.GetType().Name}."));
        }
    }

    private static (IReadOnlyList<MetadataEvent> Events, Func<MetadataOffset, Reply> Answer) Topics(
        long id, Decision<IReadOnlyList<TopicResult>> decision, bool isValidateOnly = false) => (
            isValidateOnly ? [] : decision.Events,
            offset => new TopicsChanged(id, decision.Result, offset));

    private static (IReadOnlyList<MetadataEvent> Events, Func<MetadataOffset, Reply> Answer) Broker(
        long id, Decision<BrokerResult> decision) => (
            decision.Events,
            offset => new BrokerDecided(
                id,
                decision.Result.Error,
                decision.Result.Message,
                // A new registration's epoch is the offset at which it was committed.
                decision.Result is { Error: ErrorCode.None } result && result.Epoch == BrokerEpoch.None
                    ? new BrokerEpoch(offset.Value)
                    : decision.Result.Epoch,
                offset));
}
