using Akka.Actor;
using KafkaActors.Coordination.Groups;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Groups;

/// <summary>
/// A request to one group, on its way from a door of the coordinator's node. It stays on the node: a door of another
/// node tells its client where the coordinator is.
/// </summary>
/// <param name="Request">The whole request, or the part of it that is about this group.</param>
/// <param name="Reply">Takes the answer, exactly once, from any thread.</param>
internal sealed record GroupCall(
    string GroupId, object Request, short Version, GroupClient Client, Action<IResponseMessage> Reply)
    : INoSerializationVerificationNeeded;
