using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Groups;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>
/// Members' cores and a coordinator's core in virtual time, over a network that delays and, while there are faults,
/// loses requests and answers. What is sent goes through the codec on both ways. One run is determined by its seed.
/// </summary>
internal sealed class GroupSimulation
{
    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _events = new();
    private readonly Dictionary<long, Action<IResponseMessage>> _tickets = [];
    private readonly Random _random;
    private readonly GroupCore _coordinator;
    private long _order;
    private long _lastTicket;
    private TimeSpan? _wakesAt;

    public GroupSimulation(int seed)
    {
        Seed = seed;
        _random = new Random(seed);
        _coordinator = new GroupCore("g", new GroupServices(GroupSettings.Default, NewId), TimeSpan.Zero);
    }

    public int Seed { get; }

    public TimeSpan Now { get; private set; }

    public bool HasFaults { get; set; }

    public List<SimulatedMember> Members { get; } = [];

    public SimulatedTopics Topics { get; } = new();

    public void At(TimeSpan time, Action action) =>
        _events.Enqueue(action, (time > Now ? time : Now + TimeSpan.FromMilliseconds(1), _order++));

    /// <summary>After a pause of at most so long.</summary>
    public void After(int mostMs, Action action) =>
        At(Now + TimeSpan.FromMilliseconds(_random.Next(1, mostMs)), action);

    public void RunUntil(TimeSpan end)
    {
        while (_events.TryPeek(out _, out (TimeSpan At, long) next) && next.At <= end)
        {
            Action action = _events.Dequeue();
            Now = next.At;
            action();
            WakeCoordinator();
        }

        Now = end;
    }

    /// <param name="lost">Called instead of the answer when there will be none.</param>
    public void Send(
        SimulatedMember member, IRequestMessage request, Action<IResponseMessage> answered, Action lost)
    {
        if (Loses())
        {
            After(3000, lost);
            return;
        }

        After(50, () => Serve(member, Decode(request, out short version), version, response =>
        {
            if (Loses()) After(3000, lost);
            else After(50, () => answered(Decode(request.Api, version, Encode(version, response))));
        }));
    }

    private bool Loses() => HasFaults && _random.Next(20) == 0;

    private void Serve(
        SimulatedMember member, IRequestMessage request, short version, Action<IResponseMessage> answered)
    {
        long ticket = ++_lastTicket;
        _tickets.Add(ticket, answered);
        var client = new GroupClient(member.Name, "/127.0.0.1");
        Answer(request switch
        {
            JoinGroupRequest join => _coordinator.Join(ticket, version, join, client, Topics.Image, Now),
            ConsumerGroupHeartbeatRequest heartbeat => _coordinator.ConsumerHeartbeat(
                ticket, version, heartbeat, client, Topics.Image, Now),
            SyncGroupRequest sync => _coordinator.Sync(ticket, version, sync, Topics.Image, Now),
            HeartbeatRequest heartbeat => _coordinator.Heartbeat(ticket, heartbeat, Now),
            LeaveGroupRequest leave => _coordinator.Leave(ticket, version, leave, Topics.Image, Now),
            _ => throw new NotSupportedException($"{request.Api}"),
        });
    }

    private void Answer(CoordinatorResult decision)
    {
        foreach (CoordinatorAnswer answer in decision.Answers)
        {
            if (_tickets.Remove(answer.Ticket, out Action<IResponseMessage>? answered)) answered(answer.Response);
        }
    }

    private void WakeCoordinator()
    {
        if (_coordinator.NextDeadline is not { } due || due == _wakesAt) return;
        _wakesAt = due;
        At(due, () =>
        {
            _wakesAt = null;
            Answer(_coordinator.Tick(Topics.Image, Now));
        });
    }

    private Guid NewId()
    {
        var bytes = new byte[16];
        _random.NextBytes(bytes);
        return new Guid(bytes);
    }

    private static IRequestMessage Decode(IRequestMessage request, out short version)
    {
        ApiMessages.TryGet((short)request.Api, out ApiDescription? api);
        version = api!.Advertised.Max;
        var reader = new ProtocolReader(Encode(version, request));
        return api.ReadRequest(ref reader, version);
    }

    private static IResponseMessage Decode(ApiKey key, short version, byte[] response)
    {
        ApiMessages.TryGet((short)key, out ApiDescription? api);
        var reader = new ProtocolReader(response);
        return api!.ReadResponse(ref reader, version);
    }

    private static byte[] Encode(short version, IProtocolMessage message)
    {
        using var writer = new ProtocolWriter();
        message.Write(writer, version);
        return writer.ToArray();
    }
}
