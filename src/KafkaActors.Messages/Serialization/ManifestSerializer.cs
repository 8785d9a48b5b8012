using System.Collections.Frozen;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace KafkaActors.Messages.Serialization;

/// <summary>
/// A serializer that is a table of <see cref="MessageLayout"/>s. A message is one version byte and its fields, named
/// by a short manifest. Messages of a newer version, of an unknown manifest or with bytes missing or left over are
/// refused with a <see cref="SerializationException"/>. Stateless: any thread may use it.
/// </summary>
public abstract class ManifestSerializer : SerializerWithStringManifest
{
    private readonly FrozenDictionary<Type, MessageLayout> _byType;
    private readonly FrozenDictionary<string, MessageLayout> _byManifest;

    /// <param name="identifier">Unique in the cluster, never changed: it goes with every message.</param>
    protected ManifestSerializer(ExtendedActorSystem system, int identifier, IReadOnlyList<MessageLayout> layouts)
        : base(system)
    {
        Identifier = identifier;
        _byType = layouts.ToFrozenDictionary(layout => layout.Type);
        _byManifest = layouts.ToFrozenDictionary(layout => layout.Manifest);
    }

    public override int Identifier { get; }

    public override string Manifest(object o) => LayoutOf(o).Manifest;

    public override byte[] ToBinary(object obj)
    {
        MessageLayout layout = LayoutOf(obj);
        using var writer = new WireWriter();
        layout.Write(writer, obj);
        return writer.ToArray();
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (!_byManifest.TryGetValue(manifest, out MessageLayout? layout))
            throw new SerializationException($"{GetType().Name} knows no message '{manifest}'.");
        var reader = new WireReader(bytes, system);
        if (reader.Version is 0 || reader.Version > layout.Version)
            throw new SerializationException(
                $"Message '{manifest}' has version {reader.Version}; 1 to {layout.Version} are known.");
        object message = layout.Read(ref reader);
        reader.ExpectEnd(manifest);
        return message;
    }

    private MessageLayout LayoutOf(object message) =>
        _byType.TryGetValue(message.GetType(), out MessageLayout? layout)
            ? layout
            : throw new SerializationException($"{GetType().Name} has no layout for {message.GetType()}.");
}
