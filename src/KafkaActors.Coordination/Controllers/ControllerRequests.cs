using KafkaActors.Coordination.Causes;
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
    public static ControllerDecision Decide(Request request, ControllerContext context)
    {
        (MetadataImage image, ControllerPolicy policy) = (context.Image, context.Policy);
        return request switch
        {
            CreateTopics create => Topics(
                create.Id,
                TopicDecisions.Create(image, create.Topics, policy, context.Random),
                create.ValidateOnly),
            DeleteTopics delete =>
                Topics(delete.Id, TopicDecisions.Delete(image, delete.Topics, policy, context.WallClock)),
            AddPartitions add => Topics(
                add.Id, TopicDecisions.AddPartitions(image, add.Topics, policy, context.Random), add.ValidateOnly),
            AlterConfigs alter => Of(
                ConfigDecisions.Alter(image, alter.Resources, policy),
                (result, offset) => new ConfigsAltered(alter.Id, result, offset),
                alter.ValidateOnly),
            RegisterBroker register => Register(register, context),
            UnfenceBroker unfence => Unfence(unfence, context),
            ShutDownBroker shutDown =>
                Broker(shutDown.Id, BrokerDecisions.BeginShutdown(image, shutDown.Node, shutDown.Epoch)),
            UnregisterBroker unregister => Broker(
                unregister.Id, BrokerDecisions.Unregister(image, unregister.Node, context.IsLive)),
            ReportOffline report => Broker(
                report.Id, OfflineDecisions.Report(image, report.Node, report.Epoch, report.Partitions)),
            ProposeIsr propose => Of(
                IsrDecisions.Propose(image, propose.Proposal, context.Rules),
                (result, offset) => new IsrDecided(propose.Id, result, offset)),
            AllocateProducerIds allocate => Of(
                ProducerIdDecisions.Allocate(image, allocate.Node, allocate.Epoch),
                (block, offset) => new ProducerIdsAllocated(
                    allocate.Id, block.Error, block.First, block.Count, offset)),
            StartCoordinator start => Of(
                CoordinatorDecisions.Start(image, start.Topic, start.Node, start.Epoch),
                (result, offset) => new CoordinatorDecided(start.Id, result.Error, result.Epoch, offset)),
            _ => new ControllerDecision([], _ => new Refused(
                request.Id, ErrorCode.InvalidRequest, $"The controller does not know {request.GetType().Name}.")),
        };
    }

    private static ControllerDecision Register(RegisterBroker request, ControllerContext context)
    {
        BrokerImage? previous = context.Image.Broker(request.Registration.Node);
        return Broker(request.Id, RegistrationDecisions.Register(
            context.Image,
            request.Registration,
            isPreviousAlive: previous is not null && context.IsLive(previous),
            context.IsHeard));
    }

    private static ControllerDecision Unfence(UnfenceBroker request, ControllerContext context)
    {
        BrokerImage? broker = context.Image.Broker(request.Node);
        if (broker is not { IsFenced: true } || broker.Epoch != request.Epoch || context.IsLive(broker))
            return Broker(request.Id, BrokerDecisions.Unfence(
                context.Image, request.Node, request.Epoch, request.LogEnds, context.IsHeard));
        string message = $"Node {request.Node} has not been heard by this controller: its session is over.";
        return Broker(request.Id, new([], new BrokerResult(ErrorCode.BrokerNotAvailable, message, request.Epoch))
        {
            Causes = [Cause.Of(
                CauseKind.BrokerUnfencingRefused, $"broker {request.Node}", ("broker epoch", request.Epoch.Value))],
        });
    }

    private static ControllerDecision Topics(
        long id, Decision<IReadOnlyList<TopicResult>> decision, bool isValidateOnly = false) =>
        Of(decision, (result, offset) => new TopicsChanged(id, result, offset), isValidateOnly);

    private static ControllerDecision Broker(long id, Decision<BrokerResult> decision) => Of(
        decision,
        (result, offset) => new BrokerDecided(
            id,
            result.Error,
            result.Message,
            // A new registration's epoch is the offset at which it was committed.
            result.Error == ErrorCode.None && result.Epoch == BrokerEpoch.None
                ? new BrokerEpoch(offset.Value)
                : result.Epoch,
            offset));

    private static ControllerDecision Of<TResult>(
        Decision<TResult> decision, Func<TResult, MetadataOffset, Reply> answer, bool isValidateOnly = false) =>
        isValidateOnly
            ? new([], offset => answer(decision.Result, offset))
            : new(decision.Events, offset => answer(decision.Result, offset)) { Causes = decision.Causes };
}
