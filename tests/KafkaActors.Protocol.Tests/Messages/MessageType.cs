using System.Reflection;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Protocol.Tests.Messages;

/// <summary>One generated message class, found by reflection so that no definition can be forgotten.</summary>
public sealed record MessageType(Type Class)
{
    private readonly MessageReader _reader = Class.GetMethod("Read")!.CreateDelegate<MessageReader>();

    public static MessageType[] All { get; } =
    [
        .. typeof(IProtocolMessage).Assembly.GetTypes()
            .Where(type => type.IsClass && type.IsAssignableTo(typeof(IProtocolMessage)))
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => new MessageType(type)),
    ];

    public ApiVersionRange Versions => (ApiVersionRange)Class
        .GetProperty("Versions", BindingFlags.Public | BindingFlags.Static)!.GetValue(obj: null)!;

    public IEnumerable<short> AllVersions
    {
        get
        {
            for (short version = Versions.Min; version <= Versions.Max; version++) yield return version;
        }
    }

    public IProtocolMessage New() => (IProtocolMessage)Activator.CreateInstance(Class)!;

    public static byte[] Write(IProtocolMessage message, short version)
    {
        using var writer = new ProtocolWriter();
        message.Write(writer, version);
        return writer.ToArray();
    }

    /// <summary>Reads a message that is followed by nothing.</summary>
    public IProtocolMessage ReadAll(byte[] bytes, short version)
    {
        IProtocolMessage message = Read(bytes, version, out int remaining);
        Assert.That(remaining, Is.Zero, "bytes after the message");
        return message;
    }

    public IProtocolMessage Read(byte[] bytes, short version, out int remaining)
    {
        var reader = new ProtocolReader(bytes);
        IProtocolMessage message = _reader(ref reader, version);
        remaining = reader.Remaining;
        return message;
    }

    public override string ToString() => Class.Name;
}
