using Akka.Actor;
using Akka.Serialization;
using KafkaActors.Coordination.Controllers;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// Sends messages to other nodes whole where they fit into a frame, else as <see cref="Fragment"/>s: a snapshot, a
/// change of ten thousand partitions, or a client's request for that, is larger than what Akka.Remote carries. Inside
/// the node nothing is encoded that stays there.
/// Owned by the sender.
/// </summary>
internal sealed class FragmentedDelivery(ActorSystem system)
{
    public const int FragmentBytes = 64 * 1024;

    /// <summary>What a receiver is ready to gather.</summary>
    public const int MaxMessageBytes = 256 * 1024 * 1024;

    private long _lastId;

    /// <param name="message">One that the serializer of nodes' messages knows.</param>
    public void Tell(IActorRef target, object message, IActorRef sender)
    {
        if (target is not IActorRefScope { IsLocal: false } || !CanBeLarge(message))
        {
            target.Tell(message, sender);
            return;
        }

        foreach (object part in Split(message)) target.Tell(part, sender);
    }

    public void Tell(ActorSelection target, object message, IActorRef sender)
    {
        if (target.Anchor is not IActorRefScope { IsLocal: false } || !CanBeLarge(message))
        {
            target.Tell(message, sender);
            return;
        }

        foreach (object part in Split(message)) target.Tell(part, sender);
    }

    /// <summary>
    /// For a target that is here itself and hands on to another node, as a singleton's proxy does: what is large goes
    /// in fragments wherever it ends.
    /// </summary>
    public void TellThrough(IActorRef proxy, object message, IActorRef sender)
    {
        foreach (object part in Split(message)) proxy.Tell(part, sender);
    }

    private IEnumerable<object> Split(object message)
    {
        var serializer = (SerializerWithStringManifest)system.Serialization.FindSerializerFor(message);
        byte[] bytes = serializer.ToBinary(message);
        if (bytes.Length <= FragmentBytes)
        {
            yield return message;
            yield break;
        }

        long id = ++_lastId;
        string manifest = serializer.Manifest(message);
        for (int position = 0; position < bytes.Length; position += FragmentBytes)
        {
            int count = Math.Min(FragmentBytes, bytes.Length - position);
            yield return new Fragment(id, manifest, bytes.Length, position, bytes.AsMemory(position, count));
        }
    }

    private static bool CanBeLarge(object message) =>
        message is ControllerProtocol.Fed or ControllerProtocol.FedSnapshot or ControllerProtocol.Changed
        or Coordination.Quorum.QuorumProtocol.LogFetched
        or Coordination.Quorum.QuorumProtocol.Append { Entries.IsEmpty: false }
        or Coordination.Quorum.QuorumProtocol.InstallSnapshot;
}
