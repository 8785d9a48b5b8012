using System.Collections.Immutable;
using Akka.Actor;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Downing;

/// <summary>
/// Published on the ActorSystem's event stream when another member has been downed: a majority of the voters has lost
/// it, and its process is never let in again.
/// </summary>
/// <param name="LiveVoters">The voters that this node sees, in order, itself among them if it is one.</param>
internal sealed record MemberLost(Peer Peer, ImmutableArray<NodeId> LiveVoters) : INoSerializationVerificationNeeded;
