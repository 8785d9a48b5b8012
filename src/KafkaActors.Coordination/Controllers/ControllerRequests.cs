using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Controllers.ControllerProtocol;

namespace KafkaActors.Coordination.Controllers;

/// <summary>
/// Which decision each request asks for, and how its answer is made of the offset at which it counts. Pure.
/// </summary>
internal static class ControllerRequests
{
    public static (IReadOnlyList<MetadataEvent> Events, Func<MetadataOffset, Reply> Answer) Decide(
        Request request, ControllerContext context)
    {
        (MetadataImage image, ControllerPolicy policy) = (context.Image, context.Policy);
        switch (request)
        {
            case CreateTopics create:
                return Topics(
                    create.Id,
                    TopicDecisions.Create(image, create.Topics, policy, context.Random),
                    create.ValidateOnly);
            case DeleteTopics delete:
                return Topics(delete.Id, TopicDecisions.Delete(image, delete.Topics, policy, context.WallClock));
            case AddPartitions add:
                return Topics(
                    add.Id, TopicDecisions.AddPartitions(image, add.Topics, policy, context.Random), add.ValidateOnly);
            case AlterConfigs alter:
                Decision<IReadOnlyList<ResourceResult>> altered =
                    ConfigDecisions.Alter(image, alter.Resources, policy);
                return (
                    alter.ValidateOnly ? [] : altered.Events,
                    offset => new ConfigsAltered(alter.Id, altered.Result, offset));
            case RegisterBroker register: return Register(register, context);
            case UnfenceBroker unfence: return Unfence(unfence, context);
            case ShutDownBroker shutDown:
                return Broker(shutDown.Id, BrokerDecisions.BeginShutdown(image, shutDown.Node, shutDown.Epoch, policy));
            case ReportOffline report:
                return Broker(report.Id, OfflineDecisions.Report(
                    image, report.Node, report.Epoch, report.Partitions, policy));
            case ProposeIsr propose:
                Decision<ErrorCode> isr = IsrDecisions.Propose(
                    image, propose.Proposal, policy, context.Rules);
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

    // The directory's lock went from one process to the other, so the former one is gone. With another directory it may
    // live: its session decides.
    private static (IReadOnlyList<MetadataEvent> Events, Func<MetadataOffset, Reply> Answer) Register(
        RegisterBroker request, ControllerContext context)
    {
        BrokerRegistration registration = request.Registration;
        BrokerImage? previous = context.Image.Broker(registration.Node);
        bool isPreviousAlive = previous is not null
            && !previous.Directories.Intersect(registration.Directories).Any() && context.IsLive(previous);
        return Broker(request.Id, BrokerDecisions.Register(
            context.Image, registration, isPreviousAlive, context.Policy));
    }

    private static (IReadOnlyList<MetadataEvent> Events, Func<MetadataOffset, Reply> Answer) Unfence(
        UnfenceBroker request, ControllerContext context)
    {
        BrokerImage? broker = context.Image.Broker(request.Node);
        if (broker is not { IsFenced: true } || broker.Epoch != request.Epoch || context.IsLive(broker))
            return Broker(request.Id, BrokerDecisions.Unfence(
                context.Image, request.Node, request.Epoch, context.Policy));
        string message = $"Node {request.Node} has not been heard by this controller: its session is over.";
        return Broker(request.Id, new([], new BrokerResult(ErrorCode.BrokerNotAvailable, message, request.Epoch)));
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
