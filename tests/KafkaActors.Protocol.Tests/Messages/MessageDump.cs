using System.Collections;
using System.Globalization;
using System.Reflection;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Protocol.Tests.Messages;

/// <summary>All values of a message, by the path of their fields.</summary>
internal static class MessageDump
{
    public static Dictionary<string, string> Of(IProtocolMessage message)
    {
        Dictionary<string, string> values = [];
        AddProperties(values, "", message);
        return values;
    }

    private static void AddProperties(Dictionary<string, string> values, string path, object target)
    {
        foreach (PropertyInfo property in target.GetType().GetProperties().Where(property => property.CanWrite))
            Add(values, $"{path}/{property.Name}", property.GetValue(target));
    }

    private static void Add(Dictionary<string, string> values, string path, object? value)
    {
        switch (value)
        {
            case null:
                values[path] = "null";
                break;
            case ErrorCode error:
                values[path] = string.Create(CultureInfo.InvariantCulture, $"{(short)error}");
                break;
            case TopicId topicId:
                values[path] = topicId.Value.ToString();
                break;
            case ReadOnlyMemory<byte> bytes:
                values[path] = Convert.ToHexString(bytes.Span);
                break;
            case IRecords records:
                byte[] copy = new byte[records.SizeInBytes];
                records.CopyTo(0, copy);
                values[path] = Convert.ToHexString(copy);
                break;
            case IList list:
                values[path] = $"{list.Count} elements";
                for (int index = 0; index < list.Count; index++) Add(values, $"{path}/{index}", list[index]);
                break;
            case string or IFormattable or bool or NodeId or LeaderEpoch:
                values[path] = string.Create(CultureInfo.InvariantCulture, $"{value}");
                break;
            default:
                values[path] = "there";
                AddProperties(values, path, value);
                break;
        }
    }
}
