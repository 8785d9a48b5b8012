using Akka.Actor;
using KafkaActors.Client.Cluster;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>
/// Takes a group member's requests to where they belong, and finds for each answer what it answers: to any node for the
/// question who coordinates, else to the coordinator's connection. That connection is watched by the member, as it
/// watches the member: it holds what tells the coordinator that the member is gone. Owned by one
/// <see cref="MembershipActor"/>.
/// </summary>
internal sealed class CoordinatorLink(IActorContext context, IActorRef cluster)
{
    private readonly Dictionary<object, IActorRef?> _underWay = [];
    private IActorRef? _connection;
    private string _bequeathed = "";

    public bool IsConnected => _connection is not null;

    public bool IsIdle => _underWay.Count == 0;

    /// <summary>Requests from now on go to this connection.</summary>
    public void Use(IActorRef connection)
    {
        if (connection.Equals(_connection)) return;
        if (_bequeathed.Length > 0) _connection?.Tell(new ConnectionProtocol.LastWill(null));
        (_connection, _bequeathed) = (connection, "");
        context.Watch(connection);
    }

    public void SendToAny(FindCoordinatorRequest request, TimeSpan timeout)
    {
        _underWay[request] = null;
        cluster.Tell(new ClusterProtocol.AskAny(request, request, timeout));
    }

    /// <param name="tag">Comes back with the answer.</param>
    public void Send(object tag, IRequestMessage request, TimeSpan timeout)
    {
        _underWay[tag] = _connection;
        _connection!.Tell(new ConnectionProtocol.Ask(tag, request, timeout));
    }

    /// <summary>For a member that ends: nobody waits for the answer.</summary>
    public void SendLast(IRequestMessage request, TimeSpan timeout) =>
        _connection?.Tell(new ConnectionProtocol.Ask(request, request, timeout), ActorRefs.Nobody);

    /// <summary>Leaves word of what is to be sent when the member is gone; null when there is nothing to say.</summary>
    public void Bequeath(string memberId, IRequestMessage? will)
    {
        string word = will is null ? "" : memberId;
        if (_connection is null || word == _bequeathed) return;
        _bequeathed = word;
        _connection.Tell(new ConnectionProtocol.LastWill(will));
    }

    /// <summary>Whether somebody still waits for the answer.</summary>
    public bool TrySettle(ConnectionProtocol.Answered answered) => _underWay.Remove(answered.Tag);

    /// <summary>The connection has ended: what was sent over it and will not be answered.</summary>
    public IReadOnlyList<object> Lose(IActorRef connection)
    {
        if (connection.Equals(_connection)) (_connection, _bequeathed) = (null, "");
        object[] lost = [.. _underWay.Where(entry => connection.Equals(entry.Value)).Select(entry => entry.Key)];
        foreach (object tag in lost) _underWay.Remove(tag);
        return lost;
    }
}
