using System.Reflection;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Cluster.Tests.Fuzzing;

/// <summary>
/// Makes requests of every API and version by the fields that their generated classes have: valid ones, extreme ones,
/// such that name one thing many times, and such that contradict themselves.
/// </summary>
internal sealed class FuzzedRequests(KnownThings known, Random random)
{
    private const int FewPartitions = 4;
    private const int MostElements = 20_000;
    private const int MostBytes = 8 * 1024 * 1024;
    private const int Tries = 100;
    private const sbyte TopicResource = 2;
    private const sbyte GroupResource = 32;

    private readonly FuzzedFields _fields = new(known, random);
    private int _elementsLeft;

    /// <summary>A request that its version can say.</summary>
    public (IRequestMessage Request, short Version) Next(IReadOnlyList<ApiDescription> apis)
    {
        for (int tries = 0; tries < Tries; tries++)
        {
            ApiDescription api = apis[random.Next(apis.Count)];
            _elementsLeft = MostElements;
            short version = (short)random.Next(api.Advertised.Min, api.Advertised.Max + 1);
            var request = (IRequestMessage)Make(typeof(ApiMessages).Assembly.GetType(
                $"{typeof(ApiMessages).Namespace}.{api.Name}Request", throwOnError: true)!);
            Tame(request);
            if (WholeRequest.Is(api, request, version, MostBytes)) return (request, version);
        }

        throw new InvalidOperationException($"of {Tries} requests none is whole");
    }

    private object Make(Type type)
    {
        object made = Activator.CreateInstance(type)!;
        foreach (PropertyInfo field in MessageFields.Of(type))
        {
            // Many fields stay as they are by default, or nothing would ever be in order.
            if (random.Next(6) > 0 || !IsOptional(field)) field.SetValue(made, Value(field, field.PropertyType));
        }

        return made;
    }

    private static bool IsOptional(PropertyInfo field) =>
        !field.PropertyType.IsGenericType && field.PropertyType != typeof(string);

    private object? Value(PropertyInfo field, Type type)
    {
        if (type == field.PropertyType && random.Next(8) == 0 && MessageFields.MayBeNull(field)) return null;
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        string name = field.Name;
        return plain switch
        {
            _ when plain == typeof(string) => IsMostlyAbsent(name) ? null : _fields.Text(name, field.DeclaringType!),
            _ when plain == typeof(bool) => random.Next(2) == 0,
            _ when plain == typeof(sbyte) => (sbyte)_fields.Number(name, 8),
            _ when plain == typeof(short) => (short)_fields.Number(name, 16),
            _ when plain == typeof(int) => (int)_fields.Number(name, 32),
            _ when plain == typeof(long) => _fields.Number(name, 64),
            _ when plain == typeof(NodeId) => new NodeId((int)_fields.Number(name, 32)),
            _ when plain == typeof(LeaderEpoch) => new LeaderEpoch((int)_fields.Number(name, 32)),
            _ when plain == typeof(TopicId) => _fields.TopicId(),
            _ when plain == typeof(Guid) => new Guid(random.Next(), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
            _ when plain == typeof(ReadOnlyMemory<byte>) => FuzzedRecords.Metadata(random, FuzzedFields.Topics),
            _ when plain == typeof(IRecords) => FuzzedRecords.Batches(random),
            _ when plain.IsGenericType => List(field, plain.GetGenericArguments()[0]),
            _ => Make(plain),
        };
    }

    // What they mean would keep requests from everything else.
    private bool IsMostlyAbsent(string field) =>
        field is "TransactionalId" or "GroupInstanceId" or "InstanceId" or "SubscribedTopicRegex"
        && random.Next(5) > 0;

    private Array List(PropertyInfo field, Type element)
    {
        object? Element() => element == typeof(string)
            ? _fields.Text(field.Name, field.DeclaringType!)
            : Value(field, element);

        int chance = random.Next(100);
        int count = chance < 8 ? 0 : chance < 70 ? 1 : chance < 90 ? random.Next(2, 6) : 2;
        // One thing many times: as often as a frame takes, or just often.
        int repeats = chance < 98 ? 1 : chance == 98 ? random.Next(2, 50) : random.Next(2, MostElements);
        repeats = Math.Clamp(repeats, 1, Math.Max(1, _elementsLeft / Math.Max(1, count)));
        // What is repeated may have lists itself.
        _elementsLeft /= repeats;
        object?[] elements = [.. Enumerable.Range(0, count).Select(_ => Element())];
        var list = Array.CreateInstance(element, count * repeats);
        for (int i = 0; i < list.Length; i++) list.SetValue(elements[i % count], i);
        return list;
    }

    // What a node does because it was rightly asked to, and what other clients are to feel: not too much of it.
    private void Tame(IRequestMessage request)
    {
        switch (request)
        {
            case CreateTopicsRequest create when create.Topics.Sum(PartitionsOf) > FewPartitions:
                create.ValidateOnly = true;
                break;
            case CreatePartitionsRequest create when create.Topics.Any(topic => topic.Count > FewPartitions):
                create.ValidateOnly = true;
                break;
            case AlterConfigsRequest alter when !alter.Resources.All(one => IsOfClients(one.ResourceType)):
                alter.ValidateOnly = true;
                break;
            case IncrementalAlterConfigsRequest alter
                when !alter.Resources.All(one => IsOfClients(one.ResourceType)):
                alter.ValidateOnly = true;
                break;
            case MetadataRequest metadata:
                metadata.AllowAutoTopicCreation &= random.Next(4) == 0;
                break;
        }
    }

    private static bool IsOfClients(sbyte resource) => resource is TopicResource or GroupResource;

    private static long PartitionsOf(CreateTopicsRequest.CreatableTopic topic) =>
        Math.Max(1, (long)topic.NumPartitions) + topic.Assignments.Count;
}
