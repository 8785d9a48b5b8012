using System.Net.Sockets;
using Akka.Event;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Dispatch;
using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Listener;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Listener;

/// <summary>
/// Base of fixtures with one connection of a listener, whose handlers, clock and client are the test's: three APIs,
/// whose requests are held until the test answers them.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class ConnectionTest
{
    internal static readonly TimeSpan Stall = TimeSpan.FromSeconds(60);
    internal static readonly TimeSpan Idle = TimeSpan.FromSeconds(600);

    private BoundListener _listener = null!;

    internal HeldHandler Handler { get; } = new(ApiKey.Metadata);

    internal HeldHandler Keeper { get; } = new(ApiKey.Produce, keepsBytes: true);

    internal HeldHandler Fetcher { get; } = new(ApiKey.Fetch);

    internal ManualClock Clock { get; } = new();

    internal KafkaDoorServices Services { get; private set; } = null!;

    /// <summary>The one that <see cref="Start"/> opened.</summary>
    internal KafkaConnection Connection { get; private set; } = null!;

    internal KafkaWireClient Client { get; private set; } = null!;

    internal static KafkaListenerSettings Settings { get; } = new()
    {
        MaxConnections = 10,
        ConnectionsMaxIdle = Idle,
        SocketStallTimeout = Stall,
        SocketRequestMaxBytes = 8 * 1024 * 1024,
        SocketRequestWithoutRecordsMaxBytes = 1024 * 1024,
        MaxRequestsPerConnection = 100,
        QueuedMaxRequestBytes = 10 * 1024 * 1024,
        QueuedMaxRequestObjectsBytes = 10 * 1024 * 1024,
        QueuedMaxResponseBytes = 10 * 1024 * 1024,
        FetchMaxBytes = 1024 * 1024,
    };

    [TearDown]
    public async Task EndConnection()
    {
        Client?.Dispose();
        if (Connection is not null)
        {
            Connection.Leave();
            await Connection.Ended.WaitAsync(Eventually.DefaultTimeout);
        }

        _listener?.Dispose();
    }

    internal static MetadataResponse Answer(int nameBytes = 1) =>
        new() { ClusterId = "c", Topics = [new() { Name = new string('x', nameBytes) }] };

    internal async Task Start(KafkaListenerSettings? settings = null, int receiveBytes = 0)
    {
        Services = new KafkaDoorServices(
            settings ?? Settings,
            new ApiHandlers([Handler, Keeper, Fetcher]),
            Clock,
            new ConnectionLog(NoLogger.Instance))
        {
            ColdReads = new Bulkhead(work => ThreadPool.QueueUserWorkItem(_ => work())),
            Compression = new Bulkhead(work => ThreadPool.QueueUserWorkItem(_ => work())),
        };
        _listener = await BoundListener.BindAsync(
            new NamedListener("TEST", "127.0.0.1", 0, "127.0.0.1", 0), false, CancellationToken.None);
        await Reconnect(receiveBytes);
    }

    /// <summary>Another client of the same listener, in the place of the one before.</summary>
    internal async Task Reconnect(int receiveBytes = 0)
    {
        Client?.Dispose();
        Task<KafkaWireClient> connecting =
            KafkaWireClient.ConnectAsync("127.0.0.1", _listener.Endpoint.Port, receiveBytes);
        Socket accepted = await _listener.AcceptAsync(CancellationToken.None);
        // As small as the kernel allows, so that a test need not send megabytes until a client takes nothing more.
        if (receiveBytes > 0) accepted.SendBufferSize = receiveBytes;
        Client = await connecting;
        Connection = new KafkaConnection(accepted, _listener, Services);
        _ = Connection.RunAsync();
    }

    internal Task Ask() => Client.SendAsync(new MetadataRequest { Topics = [] }, 1);

    internal Task AskedFor(int count) => Eventually.That(() => Handler.Count, Is.EqualTo(count));

    /// <summary>Waits until no request of the connection holds memory any more.</summary>
    internal Task HoldsNothing() =>
        Eventually.That(() => Services.Memory.Used + Connection.Memory.OwnUsed + Services.Responses.Used, Is.Zero);

    /// <summary>Lets the time pass, as often as something moves meanwhile, until the connection has ended.</summary>
    internal async Task IsCutOffAfter(TimeSpan time)
    {
        await Eventually.True(
            () =>
            {
                Clock.Advance(time);
                Connection.Sweep();
                return Connection.Ended.IsCompleted;
            },
            "the connection is cut off");
    }
}
