using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// Decides the changes of <see cref="AdminProtocol"/>: from the client's words to the core's and back. Pure.
/// </summary>
internal static class AdminDecisions
{
    /// <param name="isValidateOnly">Nothing is to be changed, only told what would come of it.</param>
    public static Decision<IReply> Decide(
        MetadataImage image,
        ICommand command,
        ControllerPolicy policy,
        Random random,
        DateTimeOffset now,
        out bool isValidateOnly)
    {
        isValidateOnly = false;
        switch (command)
        {
            case AdminProtocol.CreateTopics create:
                isValidateOnly = create.ValidateOnly;
                return Topics(create.CorrelationId, TopicDecisions.Create(
                    image, [.. create.Topics.Select(NewTopic)], policy, random));
            case AdminProtocol.DeleteTopics delete:
                return Topics(delete.CorrelationId, TopicDecisions.Delete(
                    image, delete.Topics, policy, now));
            case AdminProtocol.CreatePartitions create:
                isValidateOnly = create.ValidateOnly;
                return Topics(create.CorrelationId, TopicDecisions.AddPartitions(
                    image,
                    [.. create.Topics.Select(topic => new NewPartitions(topic.Topic, topic.Count, topic.Assignment))],
                    policy,
                    random));
            case AdminProtocol.AlterConfigs alter:
                isValidateOnly = alter.ValidateOnly;
                return Configs(
                    alter.CorrelationId,
                    ConfigDecisions.Alter(image, [.. alter.Resources.Select(Change)], policy));
            default:
                throw new ArgumentException($"{command.GetType()} is no change of metadata.", nameof(command));
        }
    }

    public static bool IsKnown(ICommand command) => command is AdminProtocol.CreateTopics or AdminProtocol.DeleteTopics
        or AdminProtocol.CreatePartitions or AdminProtocol.AlterConfigs;

    private static Decision<IReply> Topics(long correlationId, Decision<IReadOnlyList<TopicResult>> decision) => new(
        decision.Events,
        new AdminProtocol.TopicsChanged(correlationId, [.. decision.Result.Select(result =>
            new AdminProtocol.TopicResult(result.Topic, result.Id, result.Error, result.Message))]));

    private static Decision<IReply> Configs(
        long correlationId, Decision<IReadOnlyList<ResourceResult>> decision) => new(
        decision.Events,
        new AdminProtocol.ConfigsAltered(correlationId, [.. decision.Result.Select(result =>
            new AdminProtocol.ResourceResult(
                new AdminProtocol.Resource(
                    (AdminProtocol.ResourceType)(byte)result.Resource.Type, result.Resource.Name),
                result.Error,
                result.Message))]));

    private static NewTopic NewTopic(AdminProtocol.NewTopic topic) => new(
        topic.Name, topic.Partitions, topic.ReplicationFactor, topic.Assignment, topic.Configs);

    private static ResourceChangeRequest Change(AdminProtocol.ResourceChange change) => new(
        new ConfigResource((ConfigResourceType)(byte)change.Resource.Type, change.Resource.Name),
        [.. change.Changes.Select(item =>
            new ConfigChangeRequest(item.Name, (ConfigOperation)(byte)item.Operation, item.Value))]);
}
