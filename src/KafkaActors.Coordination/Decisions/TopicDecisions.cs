using System.Collections.Immutable;
using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Coordination.Decisions;

/// <summary>Creating and deleting topics, and adding partitions: each topic of a request is judged by itself.</summary>
public static class TopicDecisions
{
    private const string NoReplicas = "The replication factor must be larger than 0.";

    public static Decision<IReadOnlyList<TopicResult>> Create(
        MetadataImage image, IReadOnlyList<NewTopic> topics, ControllerPolicy policy, Random random)
    {
        var events = new List<MetadataEvent>();
        var results = new List<TopicResult>(topics.Count);
        var seen = topics.CountBy(topic => topic.Name).ToDictionary();
        var taken = image.TopicIds.Keys.ToLookup(TopicName.Collapse);
        var created = new HashSet<string>();
        long characters = 0;
        // One that is named twice is answered once.
        foreach (NewTopic topic in topics.DistinctBy(topic => topic.Name))
        {
            string collapsed = TopicName.Collapse(topic.Name);
            int before = events.Count;
            TopicResult result = seen[topic.Name] > 1
                ? TopicResult.Refused(topic.Name, ErrorCode.InvalidRequest, "The topic is named twice in the request.")
                : created.Contains(collapsed)
                    ? TopicResult.Refused(
                        topic.Name, ErrorCode.InvalidTopicException, "The name collides with another of the request.")
                    : CreateOne(image, topic, taken[collapsed].FirstOrDefault(), policy, random, events);
            long more = ConfigChangeBound.Characters(events.Skip(before));
            if (characters + more > ConfigChangeBound.MostCharacters)
            {
                events.RemoveRange(before, events.Count - before);
                result = TopicResult.Refused(topic.Name, ErrorCode.PolicyViolation, ConfigChangeBound.Fault);
            }
            else
            {
                characters += more;
            }

            if (result.Error == ErrorCode.None) created.Add(collapsed);
            results.Add(result);
        }

        return new(events, results) { Causes = CauseOf("created", events, results) };
    }

    public static Decision<IReadOnlyList<TopicResult>> Delete(
        MetadataImage image, IReadOnlyList<string> names, ControllerPolicy policy, DateTimeOffset now)
    {
        long nowMs = now.ToUnixTimeMilliseconds();
        long forgottenBeforeMs = nowMs - (long)policy.DeletedTopicRetention.TotalMilliseconds;
        var events = new List<MetadataEvent>();
        var results = new List<TopicResult>(names.Count);
        foreach (string name in names.Distinct())
        {
            if (image.Topic(name) is not { } topic)
            {
                results.Add(TopicResult.Refused(
                    name, ErrorCode.UnknownTopicOrPartition, $"The topic \"{name}\" does not exist."));
                continue;
            }

            if (TopicOperations.Refusal(
                TopicOperation.Delete, image, NodeId.None, name, policy.TopicDefaults) is { } refusal)
            {
                results.Add(TopicResult.Refused(name, refusal.Error, refusal.Message));
                continue;
            }

            events.Add(new TopicDeleted(topic.Id, nowMs, forgottenBeforeMs));
            results.Add(new TopicResult(name, topic.Id, ErrorCode.None, null));
        }

        return new(events, results) { Causes = CauseOf("deleted", events, results) };
    }

    public static Decision<IReadOnlyList<TopicResult>> AddPartitions(
        MetadataImage image, IReadOnlyList<NewPartitions> topics, ControllerPolicy policy, Random random)
    {
        var events = new List<MetadataEvent>();
        var seen = topics.CountBy(topic => topic.Topic).ToDictionary();
        TopicResult[] results = [.. topics.DistinctBy(topic => topic.Topic).Select(topic => seen[topic.Topic] > 1
            ? TopicResult.Refused(topic.Topic, ErrorCode.InvalidRequest, "The topic is named twice in the request.")
            : AddToOne(image, topic, policy, random, events))];
        return new(events, results) { Causes = CauseOf("enlarged", events, results) };
    }

    private static ImmutableArray<Cause> CauseOf(
        string what, List<MetadataEvent> events, IReadOnlyCollection<TopicResult> results) =>
    [
        Cause.Of(
            CauseKind.TopicsChanged,
            what,
            ("asked", results.Count),
            ("refused", results.Count(result => result.Error != ErrorCode.None)),
            ("partitions added", events.OfType<PartitionAdded>().Count())),
    ];

    private static TopicResult CreateOne(
        MetadataImage image,
        NewTopic asked,
        string? colliding,
        ControllerPolicy policy,
        Random random,
        List<MetadataEvent> events)
    {
        if (TopicName.Fault(asked.Name) is { } fault) return Refuse(ErrorCode.InvalidTopicException, fault);
        if (policy.InternalTopics.Complete(asked) is not { } topic)
            return Refuse(
                ErrorCode.InvalidTopicException,
                $"The internal topic {asked.Name} is made with what needs it, which is not built yet.");
        if (image.Topic(topic.Name) is not null)
            return Refuse(ErrorCode.TopicAlreadyExists, $"Topic '{topic.Name}' already exists.");
        if (colliding is not null)
            return Refuse(
                ErrorCode.InvalidTopicException, $"Topic '{topic.Name}' collides with existing topic '{colliding}'.");
        if (ConfigFault(image, topic, policy, out IReadOnlyList<MetadataEvent> configs) is { } config)
            return Refuse(ErrorCode.InvalidConfig, config);

        var id = new TopicId(NewId(random));
        IReadOnlyList<IReadOnlyList<NodeId>> assignment = topic.Assignment;
        if (assignment.Count > 0)
        {
            if (topic.Partitions is not -1 || topic.ReplicationFactor is not -1)
                return Refuse(
                    ErrorCode.InvalidRequest,
                    "With an assignment, the number of partitions and the replication factor are -1.");
            if (!Fits(events, assignment.Count, policy)) return Refuse(ErrorCode.PolicyViolation, TooMany(policy));
            if (ReplicaAssignment.Fault(image, assignment, assignment[0].Count, first: 0) is { } wrong)
                return Refuse(ErrorCode.InvalidReplicaAssignment, wrong);
            if (TooManyReplicas(assignment[0].Count, policy) is { } uncopied)
                return Refuse(ErrorCode.InvalidReplicationFactor, uncopied);
        }
        else
        {
            int partitions = topic.Partitions is -1 ? policy.NumPartitions : topic.Partitions;
            int factor = topic.ReplicationFactor is -1 ? policy.DefaultReplicationFactor : topic.ReplicationFactor;
            if (factor <= 0) return Refuse(ErrorCode.InvalidReplicationFactor, NoReplicas);
            if (partitions <= 0)
                return Refuse(ErrorCode.InvalidPartitions, "The number of partitions must be larger than 0.");
            var placement = new PartitionPlacement(image, null, random);
            if (TooManyReplicas(factor, policy) is { } uncopied)
                return Refuse(ErrorCode.InvalidReplicationFactor, uncopied);
            if (ReplicationFault(placement, factor) is { } few) return Refuse(ErrorCode.InvalidReplicationFactor, few);
            if (!Fits(events, partitions, policy)) return Refuse(ErrorCode.PolicyViolation, TooMany(policy));
            assignment =
                [.. Enumerable.Range(0, partitions).Select(_ => (IReadOnlyList<NodeId>)placement.Next(factor))];
        }

        events.Add(new TopicCreated(id, topic.Name));
        events.AddRange(configs);
        events.AddRange(assignment.Select((replicas, index) =>
            ReplicaAssignment.Added(image, new TopicIdPartition(id, index), replicas)));
        return new TopicResult(topic.Name, id, ErrorCode.None, null);

        TopicResult Refuse(ErrorCode error, string message) => TopicResult.Refused(asked.Name, error, message);
    }

    private static TopicResult AddToOne(
        MetadataImage image, NewPartitions request, ControllerPolicy policy, Random random, List<MetadataEvent> events)
    {
        if (image.Topic(request.Topic) is not { } topic)
            return Refuse(ErrorCode.UnknownTopicOrPartition, $"The topic \"{request.Topic}\" does not exist.");
        if (TopicOperations.Refusal(
            TopicOperation.AddPartitions, image, NodeId.None, topic.Name, policy.TopicDefaults) is { } refusal)
            return Refuse(refusal.Error, refusal.Message);
        int before = topic.Partitions.Count;
        if (request.Count <= before)
            return Refuse(
                ErrorCode.InvalidPartitions, $"The topic has {before} partitions; it can only be given more.");
        int added = request.Count - before;
        if (!Fits(events, added, policy)) return Refuse(ErrorCode.PolicyViolation, TooMany(policy));
        int factor = topic.Partitions[0].Replicas.Length;
        if (TooManyReplicas(factor, policy) is { } uncopied)
            return Refuse(ErrorCode.InvalidReplicationFactor, uncopied);
        IReadOnlyList<IReadOnlyList<NodeId>> assignment = request.Assignment;
        if (assignment.Count > 0)
        {
            if (assignment.Count != added)
                return Refuse(
                    ErrorCode.InvalidReplicaAssignment, $"{added} partitions are added, {assignment.Count} assigned.");
            if (ReplicaAssignment.Fault(image, assignment, factor, first: before) is { } wrong)
                return Refuse(ErrorCode.InvalidReplicaAssignment, wrong);
        }
        else
        {
            var placement = new PartitionPlacement(image, topic, random);
            if (ReplicationFault(placement, factor) is { } few) return Refuse(ErrorCode.InvalidReplicationFactor, few);
            assignment = [.. Enumerable.Range(0, added).Select(_ => (IReadOnlyList<NodeId>)placement.Next(factor))];
        }

        events.AddRange(assignment.Select((replicas, index) =>
            ReplicaAssignment.Added(image, new TopicIdPartition(topic.Id, before + index), replicas)));
        return new TopicResult(request.Topic, topic.Id, ErrorCode.None, null);

        TopicResult Refuse(ErrorCode error, string message) => TopicResult.Refused(request.Topic, error, message);
    }

    /// <returns>Null, or a sentence that says which configuration is not valid.</returns>
    private static string? ConfigFault(
        MetadataImage image, NewTopic topic, ControllerPolicy policy, out IReadOnlyList<MetadataEvent> configs)
    {
        var changes = new List<MetadataEvent>();
        configs = changes;
        foreach ((string name, string text) in topic.Configs.OrderBy(config => config.Key, StringComparer.Ordinal))
        {
            if (TopicConfigs.Read(name, text, out string? value) is { } fault) return fault;
            changes.Add(new ConfigChanged(ConfigResource.Topic(topic.Name), name, value));
        }

        return TopicConfigRules.Fault(
            image.Apply(changes, image.Offset), NodeId.None, topic.Name, policy.TopicDefaults);
    }

    // What is promised of a record that N replicas hold must not be promised of one that one holds.
    private static string? TooManyReplicas(int factor, ControllerPolicy policy) => factor > policy.MaxReplicationFactor
        ? $"The replication factor {factor} is larger than {policy.MaxReplicationFactor}: followers do not copy "
            + $"records in this version. Ask for {policy.MaxReplicationFactor}, or for -1 and set "
            + $"default.replication.factor = {policy.MaxReplicationFactor}."
        : null;

    private static string? ReplicationFault(PartitionPlacement placement, int factor)
    {
        if (factor <= 0) return NoReplicas;
        if (placement.BrokerCount == 0) return "No broker is registered and unfenced.";
        return factor > placement.BrokerCount
            ? $"The replication factor {factor} is larger than the number of available brokers, "
                + $"{placement.BrokerCount}."
            : null;
    }

    // What one request may ask for is any number: nothing is added to it before it is known to fit.
    private static bool Fits(List<MetadataEvent> events, int more, ControllerPolicy policy) =>
        more <= policy.MaxPartitionsPerRequest - events.Count;

    private static string TooMany(ControllerPolicy policy) =>
        $"One request may create {policy.MaxPartitionsPerRequest} partitions at most.";

    private static Guid NewId(Random random)
    {
        Span<byte> bytes = stackalloc byte[TopicId.Size];
        random.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
