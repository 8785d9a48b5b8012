namespace KafkaActors.Protocol.Generator.Model;

/// <summary>
/// A type of the language that is no struct: its C# type, the suffix of the reader's and writer's methods
/// (<c>ReadInt32</c>), and the fewest bytes a value takes. Types with <see cref="HasLength"/> start with a length; its
/// form depends on whether the version is flexible. Only they can be null.
/// </summary>
internal sealed record ScalarType(string Name, string CSharp, string Method, int LeastSize, bool HasLength = false)
{
    private static readonly ScalarType[] All =
    [
        new("bool", "bool", "Bool", 1),
        new("int8", "sbyte", "Int8", 1),
        new("int16", "short", "Int16", 2),
        new("uint16", "ushort", "UInt16", 2),
        new("int32", "int", "Int32", 4),
        new("uint32", "uint", "UInt32", 4),
        new("int64", "long", "Int64", 8),
        new("float64", "double", "Float64", 8),
        new("uuid", "Guid", "Uuid", 16),
        new("topicId", "TopicId", "TopicId", 16),
        new("error", "ErrorCode", "ErrorCode", 2),
        new("nodeId", "NodeId", "NodeId", 4),
        new("leaderEpoch", "LeaderEpoch", "LeaderEpoch", 4),
        new("string", "string", "String", 2, HasLength: true),
        new("bytes", "ReadOnlyMemory<byte>", "Bytes", 4, HasLength: true),
        new("records", "IRecords", "Records", 4, HasLength: true),
    ];

    public bool IsRecords => Name == "records";

    public static ScalarType? Find(string name) => Array.Find(All, type => type.Name == name);

    // A compact length of an empty value is one byte.
    public int LeastSizeIn(bool flexible) => HasLength && flexible ? 1 : LeastSize;
}
