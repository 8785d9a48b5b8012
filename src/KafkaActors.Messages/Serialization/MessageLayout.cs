namespace KafkaActors.Messages.Serialization;

/// <summary>How one type of message is named and laid out on the wire.</summary>
public sealed class MessageLayout
{
    private readonly Action<WireWriter, object> _write;
    private readonly ReadItem<object> _read;

    private MessageLayout(
        string manifest, Type type, byte version, Action<WireWriter, object> write, ReadItem<object> read)
    {
        Manifest = manifest;
        Type = type;
        Version = version;
        _write = write;
        _read = read;
    }

    /// <summary>Short, and never given to another type.</summary>
    public string Manifest { get; }

    public Type Type { get; }

    /// <summary>The version written, and the newest one that can be read.</summary>
    public byte Version { get; }

    /// <param name="read">Looks at <see cref="WireReader.Version"/> where versions differ.</param>
    public static MessageLayout Of<T>(
        string manifest, Action<WireWriter, T> write, ReadItem<T> read, byte version = 1)
        where T : class =>
        new(
            manifest,
            typeof(T),
            version,
            (writer, message) => write(writer, (T)message),
            (ref reader) => read(ref reader));

    internal void Write(WireWriter writer, object message)
    {
        writer.Byte(Version);
        _write(writer, message);
    }

    internal object Read(ref WireReader reader) => _read(ref reader);
}
