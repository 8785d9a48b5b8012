using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Serialization;

namespace KafkaActors.TestKit;

/// <summary>
/// Takes the place of Akka's JSON fallback in tests: a message that reaches it was bound to no serializer, which in
/// production would cost several times its size and tie two versions of the program to each other's class names.
/// Such a message is refused and remembered for its system, since a cell logs and swallows what a send throws.
/// Akka's own messages and plain values, which Akka.Remote binds when it is loaded, pass through as they are.
/// </summary>
public sealed class UnboundMessageSerializer(ExtendedActorSystem system) : Serializer(system)
{
    private static readonly ConditionalWeakTable<ActorSystem, ConcurrentDictionary<Type, bool>> RefusedBySystem = [];

    private readonly ConcurrentDictionary<long, object> _passing = new();
    private long _lastKey;

    public override int Identifier => 4_099_999;

    public override bool IncludeManifest => false;

    /// <summary>The types of messages that were refused in <paramref name="system"/> so far.</summary>
    public static IReadOnlyCollection<Type> Refused(ActorSystem system) =>
        RefusedBySystem.TryGetValue(system, out ConcurrentDictionary<Type, bool>? types) ? [.. types.Keys] : [];

    public override byte[] ToBinary(object obj)
    {
        Type type = obj.GetType();
        if (!IsForeign(type))
        {
            RefusedBySystem.GetOrAdd(system, _ => new ConcurrentDictionary<Type, bool>()).TryAdd(type, true);
            throw new NotSupportedException(
                $"{type} is bound to no serializer; bind it, or mark it {nameof(INoSerializationVerificationNeeded)} " +
                "when it never leaves its node.");
        }

        long key = Interlocked.Increment(ref _lastKey);
        _passing[key] = obj;
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, key);
        return bytes;
    }

    public override object FromBinary(byte[] bytes, Type type) =>
        _passing.TryRemove(BinaryPrimitives.ReadInt64LittleEndian(bytes), out object? message)
            ? message
            : throw new NotSupportedException($"{type} did not come from this system.");

    private static bool IsForeign(Type type) =>
        type.Assembly == typeof(object).Assembly && !type.IsGenericType
        || type.Assembly.GetName().Name is { } name
            && (name == "Akka" || name.StartsWith("Akka.", StringComparison.Ordinal)) && !type.IsGenericType;
}
