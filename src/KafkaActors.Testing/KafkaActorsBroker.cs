using System.Globalization;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Hosting;
using KafkaActors.Client;
using KafkaActors.Protocol;

namespace KafkaActors.Testing;

/// <summary>
/// A broker in the test's own process: the one that the <c>node</c> command runs, on free ports of the loopback, in an
/// ActorSystem of its own, over a data directory that goes when it is disposed of. Any Kafka client may connect.
/// Several live side by side and share nothing but the process's thread pool.
/// <code>
/// await using var kafka = await KafkaActorsBroker.StartAsync();
/// await kafka.CreateTopicAsync("orders", partitions: 3);
/// var config = new ProducerConfig { BootstrapServers = kafka.BootstrapServers };
/// </code>
/// Any thread may use it. Starts and stops wait for each other; topics of a broker that is stopped are an
/// <see cref="InvalidOperationException"/>.
/// </summary>
public sealed class KafkaActorsBroker : IAsyncDisposable
{
    private static int _count;

    private readonly KafkaActorsBrokerOptions _options;
    private readonly NodeOptions _node;
    private readonly BrokerDirectory _directory;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile RunningBroker? _running;
    private BrokerAddresses? _addresses;
    private bool _isDisposed;

    private KafkaActorsBroker(KafkaActorsBrokerOptions options)
    {
        int number = Interlocked.Increment(ref _count);
        _options = options;
        _node = new NodeOptions
        {
            SystemName = string.Create(CultureInfo.InvariantCulture, $"kafka-actors-testing-{number}"),
            Log = options.Log,
        };
        _directory = options.DataDirectory is { } own ? BrokerDirectory.Of(own) : BrokerDirectory.Temporary();
    }

    /// <summary>
    /// For <c>bootstrap.servers</c> of a Kafka client: <c>127.0.0.1:PORT</c>. The same for the broker's whole life,
    /// also while it is stopped.
    /// </summary>
    public string BootstrapServers => Addresses.Kafka;

    /// <summary>
    /// For <c>KafkaActors.Client</c>: <c>akka.tcp://NAME@127.0.0.1:PORT</c>. The same for the broker's whole life.
    /// </summary>
    public string AkkaAddress => Addresses.Akka;

    /// <summary>Where the data is, in Kafka's layout: a folder for each partition with its segments.</summary>
    public string DataDirectory => _directory.DataPath;

    private BrokerAddresses Addresses => _addresses ?? throw new InvalidOperationException("The broker did not start.");

    private RunningBroker Running => _running ?? throw new InvalidOperationException("The broker is stopped.");

    /// <summary>Starts a broker and returns once it serves.</summary>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellation">Gives the start up; nothing is left of it.</param>
    /// <exception cref="NodeStartException">
    /// It cannot start: a setting that does not exist or cannot be read, a port that is taken, a data directory in use.
    /// The message is one line that names it and says what to change.
    /// </exception>
    public static async Task<KafkaActorsBroker> StartAsync(
        KafkaActorsBrokerOptions? options = null, CancellationToken cancellation = default)
    {
        _ = AbandonedDirectories.Delete();
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

    /// <summary>Creates a topic and returns once each of its partitions takes and gives records.</summary>
    /// <param name="name">A legal topic name: letters, digits, dot, underscore and hyphen; at most 249.</param>
    /// <param name="partitions">
    /// At least 1; null for <see cref="KafkaActorsBrokerOptions.DefaultPartitions"/>.
    /// </param>
    /// <param name="configs">Under Kafka's names, such as <c>cleanup.policy</c>; null for none.</param>
    /// <param name="cancellation">Ends the wait; the topic may be created all the same.</param>
    /// <exception cref="KafkaException">
    /// <see cref="ErrorCode.TopicAlreadyExists"/>, <see cref="ErrorCode.InvalidTopicException"/>,
    /// <see cref="ErrorCode.InvalidPartitions"/>, <see cref="ErrorCode.InvalidConfig"/>; or no answer within a minute.
    /// </exception>
    /// <exception cref="InvalidOperationException">The broker is stopped or disposed of.</exception>
    public Task CreateTopicAsync(
        string name,
        int? partitions = null,
        IReadOnlyDictionary<string, string>? configs = null,
        CancellationToken cancellation = default) =>
        Running.Admin.CreateAsync(name, partitions, configs, cancellation);

    /// <summary>Deletes a topic with its records; the name may be used again at once.</summary>
    /// <param name="name">The topic.</param>
    /// <param name="cancellation">Ends the wait; the topic may be deleted all the same.</param>
    /// <exception cref="KafkaException">
    /// <see cref="ErrorCode.UnknownTopicOrPartition"/>; or no answer within a minute.
    /// </exception>
    /// <exception cref="InvalidOperationException">The broker is stopped or disposed of.</exception>
    public Task DeleteTopicAsync(string name, CancellationToken cancellation = default) =>
        Running.Admin.DeleteAsync(name, cancellation);

    /// <summary>
    /// Stops the broker as an orderly shutdown does: clients lose their connections and find nobody at its addresses.
    /// Data, topics and committed offsets stay for <see cref="RestartAsync"/>. Does nothing when it is stopped.
    /// </summary>
    public async Task StopAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            await EndAsync().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Starts the broker again, on its former ports and over its data; one that runs is stopped first. Clients that
    /// kept trying go on.
    /// </summary>
    /// <param name="cancellation">Gives the start up and leaves the broker stopped.</param>
    /// <exception cref="NodeStartException">
    /// It cannot start, and is stopped: another process has taken one of its ports meanwhile.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The broker is disposed of.</exception>
    public async Task RestartAsync(CancellationToken cancellation = default)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            await EndAsync().ConfigureAwait(false);
            _running = await RunningBroker.StartAsync(
                BrokerConfig.Of(_options, DataDirectory, _addresses), _node, cancellation).ConfigureAwait(false);
            _addresses ??= _running.Addresses;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Stops the broker and deletes its temporary directory. Once is enough; later calls do nothing.</summary>
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

    private async Task EndAsync()
    {
        if (_running is not { } running) return;
        _running = null;
        await running.DisposeAsync().ConfigureAwait(false);
    }
}
