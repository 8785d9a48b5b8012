using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.TestKit.Kafka;

/// <summary>
/// The fields of generated messages, found by reflection so that no definition can be forgotten: each with the struct
/// that it stands in, at any depth.
/// </summary>
public static class MessageFields
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Known = [];
    private static readonly ConcurrentDictionary<PropertyInfo, bool> Nullability = [];

    /// <summary>The fields that a message or a struct of one has itself.</summary>
    public static IReadOnlyList<PropertyInfo> Of(Type type) => Known.GetOrAdd(
        type, static one => [.. one.GetProperties().Where(property => property.CanWrite)]);

    /// <summary>Whether there is a version in which a field may be null.</summary>
    public static bool MayBeNull(PropertyInfo field) => Nullability.GetOrAdd(field, static one =>
        new NullabilityInfoContext().Create(one).WriteState == NullabilityState.Nullable);

    /// <summary>Whether a type is one of the structs that are nested in messages.</summary>
    public static bool IsStruct(Type type) =>
        type.IsClass && type.DeclaringType is { } outer && outer.IsAssignableTo(typeof(IProtocolMessage));

    /// <summary>Every field of a message and of what is in it, with its value.</summary>
    public static IEnumerable<(PropertyInfo Field, object? Value)> Walk(object message)
    {
        foreach (PropertyInfo field in Of(message.GetType()))
        {
            object? value = field.GetValue(message);
            yield return (field, value);
            if (value is null || value is string) continue;
            IEnumerable parts = value is IEnumerable list ? list : new[] { value };
            foreach (object? part in parts)
            {
                if (part is null || !IsStruct(part.GetType())) continue;
                foreach (var inner in Walk(part)) yield return inner;
            }
        }
    }
}
