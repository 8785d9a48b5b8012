using System.Collections;
using System.Reflection;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.TestKit.Kafka;

/// <summary>
/// What holds for every answer of a node: its errors are those of its API and version, and a list is never null, even
/// where the protocol would have it, because clients read it without looking.
/// </summary>
public static class AnswerRules
{
    /// <summary>Sentences that say what is wrong; none when all is well.</summary>
    public static IEnumerable<string> Faults(IResponseMessage response, ApiKey api, short version)
    {
        foreach ((PropertyInfo field, object? value) in MessageFields.Walk(response))
        {
            if (value is ErrorCode error && !AnswerableErrors.Contains(api, version, error))
                yield return $"{field.Name} is {error}, which {api} v{version} does not answer";
            if (value is null && IsList(field.PropertyType) && !MayBeNull(field))
                yield return $"{field.DeclaringType!.Name}.{field.Name} is null";
        }
    }

    private static bool IsList(Type type) => type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable));

    // Null says that the client reads uncommitted records, and every client knows it.
    private static bool MayBeNull(PropertyInfo field) => field.Name == "AbortedTransactions";
}
