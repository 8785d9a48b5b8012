using System.Diagnostics.CodeAnalysis;
using Akka.Actor;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// Puts messages together from their <see cref="Fragment"/>s, one at a time from each sender. Owned by the receiver.
/// </summary>
internal sealed class FragmentAssembler(ActorSystem system)
{
    private const int MaxSenders = 100;
    private readonly Dictionary<IActorRef, Whole> _wholes = [];

    public bool TryComplete(IActorRef sender, Fragment fragment, [NotNullWhen(true)] out object? message)
    {
        message = null;
        if (fragment.Position == 0)
        {
            if (fragment.TotalBytes is <= 0 or > FragmentedDelivery.MaxMessageBytes) return false;
            if (_wholes.Count >= MaxSenders) _wholes.Clear();
            _wholes[sender] = new Whole(fragment.Id, new byte[fragment.TotalBytes]);
        }

        if (!_wholes.TryGetValue(sender, out Whole? whole)) return false;
        if (!whole.TryAdd(fragment))
        {
            _wholes.Remove(sender);
            return false;
        }

        if (!whole.IsComplete) return false;
        _wholes.Remove(sender);
        // Whoever writes fragments wrote what they are parts of.
        int serializer = system.Serialization.FindSerializerForType(typeof(Fragment)).Identifier;
        message = system.Serialization.Deserialize(whole.Bytes, serializer, fragment.Manifest);
        return true;
    }

    private sealed class Whole(long id, byte[] bytes)
    {
        private int _position;

        public byte[] Bytes => bytes;

        public bool IsComplete => _position == bytes.Length;

        public bool TryAdd(Fragment fragment)
        {
            if (fragment.Id != id || fragment.Position != _position || fragment.TotalBytes != bytes.Length
                || fragment.Bytes.Length > bytes.Length - _position)
                return false;
            fragment.Bytes.CopyTo(bytes.AsMemory(_position));
            _position += fragment.Bytes.Length;
            return true;
        }
    }
}
