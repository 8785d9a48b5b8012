using System.Collections;
using System.Reflection;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Cluster.Tests.Fuzzing;

/// <summary>
/// For every list of every request a request in which that list is very long, of as many different things or of one
/// thing as often, and every other list has one element.
/// </summary>
internal static class WideRequests
{
    /// <param name="topic">What every name of a topic is, where names do not differ.</param>
    public static IEnumerable<(string Name, IRequestMessage Request)> Of(ApiDescription api, int width, string topic)
    {
        Type type = typeof(ApiMessages).Assembly.GetType(
            $"{typeof(ApiMessages).Namespace}.{api.Name}Request", throwOnError: true)!;
        foreach (PropertyInfo list in Lists(type))
        {
            foreach (bool isRepeated in new[] { false, true })
            {
                var request = (IRequestMessage)Make(type, new Filling(list, width, isRepeated, topic), index: 0);
                Tame(request);
                yield return ($"{list.DeclaringType!.Name}.{list.Name}{(isRepeated ? ", repeated" : "")}", request);
            }
        }
    }

    private static IEnumerable<PropertyInfo> Lists(Type type) => MessageFields.Of(type).Where(IsList).SelectMany(list =>
        MessageFields.IsStruct(Element(list)) ? Lists(Element(list)).Prepend(list) : [list]);

    private static bool IsList(PropertyInfo field) =>
        field.PropertyType.IsGenericType && field.PropertyType.GetGenericTypeDefinition() == typeof(IReadOnlyList<>);

    private static Type Element(PropertyInfo list) => list.PropertyType.GetGenericArguments()[0];

    private static object Make(Type type, Filling filling, int index)
    {
        object made = Activator.CreateInstance(type)!;
        foreach (PropertyInfo field in MessageFields.Of(type))
        {
            if (IsList(field)) field.SetValue(made, List(field, filling, index));
            else if (Value(field.Name, field.PropertyType, filling, index) is { } value) field.SetValue(made, value);
        }

        return made;
    }

    private static Array List(PropertyInfo field, Filling filling, int index)
    {
        int count = field == filling.Wide ? filling.Width : 1;
        IList list = Array.CreateInstance(Element(field), count);
        for (int i = 0; i < count; i++)
        {
            int number = count == 1 ? index : filling.IsRepeated ? 0 : i;
            list[i] = MessageFields.IsStruct(Element(field))
                ? Make(Element(field), filling, number)
                : Value(field.Name, Element(field), filling, number);
        }

        return (Array)list;
    }

    // Null leaves the default.
    private static object? Value(string name, Type type, Filling filling, int index) => type switch
    {
        _ when type == typeof(string) && name is "TransactionalId" or "GroupInstanceId" or "InstanceId" => null,
        _ when type == typeof(string) && index == 0 && name is "Name" or "Topic" or "TopicNames" => filling.Topic,
        _ when type == typeof(string) => $"wide-{index}",
        _ when type == typeof(TopicId) => new TopicId(new Guid(index + 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)),
        _ when type == typeof(NodeId) && name == "BrokerIds" => new NodeId(index),
        _ when type == typeof(int) && name is "NumPartitions" or "Count" => 1,
        _ when type == typeof(int) && name.StartsWith("Partition", StringComparison.Ordinal) && !IsSize(name) => index,
        _ when type == typeof(int) && name == "Index" => index,
        _ when type == typeof(int) && name.EndsWith("Ms", StringComparison.Ordinal) => 10_000,
        _ when type == typeof(sbyte) && name == "ResourceType" => (sbyte)32,
        _ => null,
    };

    private static bool IsSize(string name) => name.EndsWith("Bytes", StringComparison.Ordinal);

    private static void Tame(IRequestMessage request)
    {
        switch (request)
        {
            case CreateTopicsRequest create: create.ValidateOnly = true; break;
            case CreatePartitionsRequest create: create.ValidateOnly = true; break;
            case AlterConfigsRequest alter: alter.ValidateOnly = true; break;
            case IncrementalAlterConfigsRequest alter: alter.ValidateOnly = true; break;
            case MetadataRequest metadata: metadata.AllowAutoTopicCreation = false; break;
            case FetchRequest fetch: fetch.MaxWaitMs = 0; break;
            case ProduceRequest produce: produce.Acks = 1; break;
        }
    }

    private sealed record Filling(PropertyInfo Wide, int Width, bool IsRepeated, string Topic);
}
