using System.Globalization;
using Akka.Configuration;
using KafkaActors.Broker.Hosting;
using KafkaActors.Client;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Testing;

/// <summary>
/// A broker in the test's own process: the one that the <c>node</c> command runs, on free ports of the loopback, in an
/// ActorSystem of its own, over a data directory that goes when it is disposed. Any Kafka client may connect. Several
/// live side by side and share nothing but the process's thread pool.
/// <code>
/// await using var kafka = await KafkaActorsBroker.StartAsync();
/// await kafka.CreateTopicAsync("orders", partitions: 3);
/// var config = new ProducerConfig { BootstrapServers = kafka.BootstrapServers };
/// </code>
/// Any thread may use it. Starts and stops wait for each other; what is asked of a stopped broker fails at once.
/// </summary>
public sealed class KafkaActorsBroker : IAsyncDisposable
{
    private static int _count;
    private readonly string _systemName = string.Create(CultureInfo.InvariantCulture, $"kafka-actors-testing-{Interlocked.Increment(ref _count)}");
    private readonly KafkaActorsBrokerOptions _options;
    private readonly BrokerDirectory _directory;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile RunningBroker? _running;
    private BrokerAddresses? _addresses;
    private bool _isDisposed;

    private KafkaActorsBroker(KafkaActorsBrokerOptions options)
    {
        _options = options;
        _directory = BrokerDirectory.Open(options.DataDirectory);
    }

    /// <summary>
    /// For <c>bootstrap.servers</c> of a Kafka client: <c>127.0.0.1:PORT</c>. The same for the broker's whole life,
    /// while it is stopped as well.
    /// </summary>
    public string BootstrapServers => Addresses.Kafka;

    /// <summary>
    /// For clients of <c>KafkaActors.Client</c>: <c>akka.tcp://NAME@127.0.0.1:PORT</c>. The same for the broker's whole
    /// life.
    /// </summary>
    public string AkkaAddress => Addresses.Akka;

    /// <summary>Where the data is: one folder for each partition, in Kafka's layout.</summary>
    public string DataDirectory => _directory.DataPath;

    private BrokerAddresses Addresses => _addresses ?? throw new InvalidOperationException("The broker did not start.");

    /// <summary>Starts a broker and returns once it serves.</summary>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellation">Gives the start up and removes what it left.</param>
    /// <exception cref="NodeStartException">
    /// It cannot start: an unknown setting, a port that is taken, a data directory in use. The message is one line that
    /// says what to change.
    /// </exception>
    public static async Task<KafkaActorsBroker> StartAsync(
        KafkaActorsBrokerOptions? options = null, CancellationToken cancellation = default)
    {
        var broker = new KafkaActorsBroker(options ?? new KafkaActorsBrokerOptions());
        try
        {
            await broker.RestartAsync(cancellation).ConfigureAwait(false);
            return broker;
        }
        catch
        {
            await broker.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task RestartAsync(CancellationToken cancellation = default)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            await EndAsync().ConfigureAwait(false);
            Config config = BrokerConfig.Of(_options, DataDirectory, _addresses);
            _running = await RunningBroker.StartAsync(
                config, new NodeOptions { SystemName = _systemName, Log = _options.Log }, cancellation).ConfigureAwait(false);
            _addresses ??= _running.Addresses;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task CreateTopicAsync(
        string name,
        int? partitions = null,
        IReadOnlyDictionary<string, string>? configs = null,
        CancellationToken cancellation = default)
    {
        AdminProtocol.NewTopic topic = new(
            name, partitions ?? -1, -1, [], configs ?? new Dictionary<string, string>());
        Check(await Running.Admin.CreateTopicsAsync([topic], cancellationToken: cancellation).ConfigureAwait(false));
    }

    public async Task DeleteTopicAsync(string name, CancellationToken cancellation = default) =>
        Check(await Running.Admin.DeleteTopicsAsync([name], cancellationToken: cancellation).ConfigureAwait(false));

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_isDisposed) return;
            _isDisposed = true;
            await EndAsync().ConfigureAwait(false);
            _directory.Dispose();
        }
        finally
        {
            _turn.Release();
        }
    }

    private RunningBroker Running => _running ?? throw new InvalidOperationException("The broker is stopped.");

    private async Task EndAsync()
    {
        if (_running is not { } running) return;
        _running = null;
        await running.DisposeAsync().ConfigureAwait(false);
    }

    private static void Check(IReadOnlyList<AdminProtocol.TopicResult> results)
    {
        foreach (AdminProtocol.TopicResult result in results)
            if (result.Error != ErrorCode.None)
                throw new KafkaException(result.Error, result.Message ?? result.Error.ToString());
    }
}
