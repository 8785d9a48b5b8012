using System.Buffers.Binary;
using System.Net.Sockets;
using KafkaActors.Broker.Hosting;
using KafkaActors.Client;
using KafkaActors.Messages.Authentication;
using KafkaActors.Messages.Remoting;
using KafkaActors.TestKit;

namespace KafkaActors.Cluster.Tests.Secrets;

/// <summary>What comes over bare sockets to a port that asks for a secret.</summary>
[NonParallelizable]
public sealed class StrangeSocketsTests
{
    private const int Sockets = 300;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<Socket> _sockets = [];
    private SecretNodes _nodes = null!;
    private NodeDoor _door = null!;

    [SetUp]
    public async Task StartNode()
    {
        _nodes = await SecretNodes.StartAsync();
        _door = _nodes.First.Doors.Single(door => door.Name == "akka");
    }

    [TearDown]
    public async Task StopNode()
    {
        foreach (Socket socket in _sockets) socket.Dispose();
        _sockets.Clear();
        await _nodes.DisposeAsync();
    }

    [Test]
    public async Task Handshakes_that_never_end_are_few_at_a_time_and_keep_nobody_out()
    {
        byte[] hello = Initiator().Hello;
        for (int i = 0; i < Sockets; i++)
        {
            Socket socket = await ConnectAsync();
            // Nothing, half a length, half a frame, or a hello whose proof never comes.
            byte[] part = (i % 4) switch { 0 => [], 1 => [9], 2 => Framed(hello)[..40], _ => Framed(hello) };
            await socket.SendAsync(part);
        }

        await using (KafkaActorsClient client = await _nodes.ClientAsync(SecretNodes.Client))
            await SecretTraffic.RunAsync(client, "meanwhile");
        Assert.That(_sockets.Count(IsOpen), Is.LessThanOrEqualTo(IncomingAssociations.MostUnproven));
        await Eventually.True(() => !_sockets.Any(IsOpen), "all are let go in the end", Patience);
        Assert.That(_nodes.AkkaPortLines, Is.Not.Empty.And.Count.LessThan(10), string.Join('\n', _nodes.Log));
    }

    [Test]
    public async Task A_handshake_that_is_replayed_is_refused()
    {
        InitiatorHandshake initiator = Initiator();
        Socket first = await ConnectAsync();
        await first.SendAsync(Framed(initiator.Hello));
        byte[] proof = initiator.Receive(await ReceiveAsync(first)).Send!;
        await first.SendAsync(Framed(proof));
        Assert.That(initiator.Receive(await ReceiveAsync(first)).IsProven, "the secret is the right one");

        Socket replay = await ConnectAsync();
        await replay.SendAsync(Framed(initiator.Hello));
        await ReceiveAsync(replay);
        await replay.SendAsync(Framed(proof));
        Assert.That(
            InitiatorHandshake.RefusalIn(await ReceiveAsync(replay)), Is.EqualTo(HandshakeRefusal.WrongSecret));
        await Eventually.True(() => !IsOpen(replay), "the connection is closed", Patience);
    }

    [Test]
    public async Task Who_only_asks_for_the_name_of_a_node_is_told_it_and_is_no_news()
    {
        Socket socket = await ConnectAsync();
        await socket.SendAsync(Framed(Initiator().Hello));
        Assert.That(InitiatorHandshake.PeerIn(await ReceiveAsync(socket)), Is.EqualTo(_nodes.First.AkkaAddress));
        socket.Dispose();
        await using (KafkaActorsClient client = await _nodes.ClientAsync(SecretNodes.Client))
            await SecretTraffic.RunAsync(client, "after");
        Assert.That(_nodes.AkkaPortLines, Is.Empty);
    }

    private InitiatorHandshake Initiator() => new(
        SecretKind.Client,
        HeldSecrets.Read(null, _nodes.FileOf(SecretNodes.Client)).Client[0],
        AkkaPurpose.Name,
        "akka.tcp://shop@laptop:5000",
        _nodes.First.AkkaAddress,
        new byte[InitiatorHandshake.NonceBytes]);

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        await socket.ConnectAsync(_door.Host, _door.Port);
        return socket;
    }

    private static byte[] Framed(byte[] frame)
    {
        var framed = new byte[sizeof(int) + frame.Length];
        BinaryPrimitives.WriteInt32LittleEndian(framed, frame.Length);
        frame.CopyTo(framed, sizeof(int));
        return framed;
    }

    private static async Task<byte[]> ReceiveAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(Patience);
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        var length = new byte[sizeof(int)];
        await stream.ReadExactlyAsync(length, limit.Token);
        var frame = new byte[BinaryPrimitives.ReadInt32LittleEndian(length)];
        await stream.ReadExactlyAsync(frame, limit.Token);
        return frame;
    }

    // What was sent to us before the end is read first.
    private static bool IsOpen(Socket socket)
    {
        try
        {
            var rest = new byte[1024];
            while (socket.Poll(0, SelectMode.SelectRead))
            {
                if (socket.Receive(rest) == 0) return false;
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
