using System.Collections;
using System.Reflection;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Protocol.Tests.Messages;

/// <summary>
/// Gives every property of a message, and of what is in it, a value of its own that is no default, so that two fields
/// which change places do not go unseen. Arrays get two elements.
/// </summary>
internal sealed class MessageFiller
{
    private int _last = 1;

    public static IProtocolMessage Filled(MessageType type)
    {
        IProtocolMessage message = type.New();
        new MessageFiller().Fill(message);
        return message;
    }

    private void Fill(object target)
    {
        foreach (PropertyInfo property in target.GetType().GetProperties().Where(property => property.CanWrite))
            property.SetValue(target, Value(property.PropertyType));
    }

    private object Value(Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        int next = ++_last;
        return plain switch
        {
            _ when plain == typeof(bool) => true,
            _ when plain == typeof(sbyte) => (sbyte)(next % 100 + 1),
            _ when plain == typeof(short) => (short)(-1000 - next),
            _ when plain == typeof(ushort) => (ushort)(ushort.MaxValue - next),
            _ when plain == typeof(int) => int.MinValue + 1000 + next,
            _ when plain == typeof(uint) => uint.MaxValue - (uint)next,
            _ when plain == typeof(long) => long.MinValue + 1000 + next,
            _ when plain == typeof(double) => next + 0.25,
            _ when plain == typeof(string) => $"text {next} ß€😀",
            _ when plain == typeof(Guid) => new Guid(next, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
            _ when plain == typeof(TopicId) => new TopicId(new Guid(next, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)),
            _ when plain == typeof(ErrorCode) => (ErrorCode)(next % 100 + 1),
            _ when plain == typeof(NodeId) => new NodeId(next),
            _ when plain == typeof(LeaderEpoch) => new LeaderEpoch(next),
            _ when plain == typeof(ReadOnlyMemory<byte>) => new ReadOnlyMemory<byte>(BitConverter.GetBytes(next)),
            _ when plain == typeof(IRecords) => new MemoryRecords(BitConverter.GetBytes((long)next)),
            _ when plain.IsGenericType && plain.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) =>
                List(plain.GetGenericArguments()[0]),
            _ => Struct(plain),
        };
    }

    private Array List(Type element)
    {
        IList list = Array.CreateInstance(element, 2);
        for (int index = 0; index < list.Count; index++) list[index] = Value(element);
        return (Array)list;
    }

    private object Struct(Type type)
    {
        object value = Activator.CreateInstance(type)!;
        Fill(value);
        return value;
    }
}
