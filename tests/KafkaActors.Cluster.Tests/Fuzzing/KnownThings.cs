using System.Collections;
using System.Reflection;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Cluster.Tests.Fuzzing;

/// <summary>
/// What the node has told so far, by the names of the fields that it told it in: topic ids, members, generations,
/// producer ids, sessions, offsets. Requests that are made of it reach deeper than such of chance alone. The last of
/// each kind are kept. Any thread.
/// </summary>
internal sealed class KnownThings
{
    private const int KeptOfEach = 64;

    private static readonly Dictionary<string, string> SameAs = new()
    {
        ["GenerationIdOrMemberEpoch"] = "Epoch",
        ["GenerationId"] = "Epoch",
        ["MemberEpoch"] = "Epoch",
        ["BrokerId"] = "Node",
        ["NodeId"] = "Node",
        ["BrokerIds"] = "Node",
        ["ControllerId"] = "Node",
        ["CommittedOffset"] = "Offset",
        ["FetchOffset"] = "Offset",
        ["BaseOffset"] = "Offset",
        ["HighWatermark"] = "Offset",
        ["LogStartOffset"] = "Offset",
        ["InstanceId"] = "GroupInstanceId",
    };

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<object>> _kept = [];
    private readonly HashSet<object> _hidden = [];

    /// <summary>Another client's topic, by its name or its id: nothing is asked of it.</summary>
    public void Hide(object topic)
    {
        lock (_lock) _hidden.Add(topic);
    }

    public void Learn(IResponseMessage response)
    {
        foreach ((PropertyInfo field, object? value) in MessageFields.Walk(response))
        {
            if (value is IEnumerable list and not string)
            {
                foreach (object? one in list) Keep(field.Name, one);
            }
            else
            {
                Keep(field.Name, value);
            }
        }
    }

    /// <summary>One of the values that stood in fields of this name; null when there was none.</summary>
    public object? Pick(string field, Random random)
    {
        lock (_lock)
        {
            return _kept.TryGetValue(Key(field), out Queue<object>? values) && values.Count > 0
                ? values.ElementAt(random.Next(values.Count))
                : null;
        }
    }

    private static string Key(string field) => SameAs.GetValueOrDefault(field, field);

    private void Keep(string field, object? value)
    {
        if (value is not (string or int or short or long or TopicId or NodeId or LeaderEpoch)) return;
        lock (_lock)
        {
            if (_hidden.Contains(value)) return;
            if (!_kept.TryGetValue(Key(field), out Queue<object>? values)) _kept.Add(Key(field), values = []);
            values.Enqueue(value);
            if (values.Count > KeptOfEach) values.Dequeue();
        }
    }
}
