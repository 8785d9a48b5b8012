using System.Collections.Concurrent;
using System.Globalization;
using KafkaActors.TestKit.Processes;
using NUnit.Framework;

namespace KafkaActors.TestKit.Clusters;

/// <summary>
/// A node of a cluster of processes, and its supervisor: a process that ends by itself is started again at once, as
/// systemd does, until the test ends it. Its methods are called by one test, one at a time.
/// </summary>
public sealed class ClusterNode : IAsyncDisposable
{
    private const int ToldLines = 20;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);

    private readonly Func<NodeLaunch> _launch;
    private readonly ConcurrentQueue<NodeEnd> _ends = [];
    private readonly ConcurrentQueue<ExternalProcess> _processes = [];
    private volatile ExternalProcess? _process;
    private volatile bool _isWanted;
    private Task _supervision = Task.CompletedTask;

    internal ClusterNode(int id, string kafkaAddress, string dataDirectory, Func<NodeLaunch> launch)
    {
        Id = id;
        KafkaAddress = kafkaAddress;
        DataDirectory = dataDirectory;
        _launch = launch;
    }

    public int Id { get; }

    /// <summary>host:port of its Kafka door, whether it is open or not.</summary>
    public string KafkaAddress { get; }

    public string DataDirectory { get; }

    /// <summary>The process that runs now, or ran last.</summary>
    public ExternalProcess Process => _process ?? throw new InvalidOperationException($"node {Id} was never started");

    public bool IsRunning => _isWanted && _process is { HasExited: false };

    /// <summary>How often it was started, by the test and by the supervisor.</summary>
    public int Starts => _processes.Count;

    /// <summary>When the process that runs now was started, in the clock's timestamps.</summary>
    public long StartedAt { get; private set; }

    /// <summary>The processes that ended though the test had not ended them.</summary>
    public IReadOnlyList<NodeEnd> Ends => [.. _ends];

    /// <summary>The log of all its processes, the oldest first.</summary>
    public IEnumerable<string> LogLines => _processes.SelectMany(process => process.ErrorLines);

    /// <summary>Whether the process that runs now has said that it serves.</summary>
    public bool IsReady => IsRunning && Process.OutputLines.Any(NodeProcess.IsReady);

    /// <summary>Starts it, and again whenever it ends by itself.</summary>
    public void Start()
    {
        if (_isWanted) throw new InvalidOperationException($"node {Id} is running");
        _isWanted = true;
        Launch();
        _supervision = SuperviseAsync();
    }

    /// <summary>Returns once the process that runs then has said that it serves.</summary>
    public Task ReadyAsync(TimeSpan? timeout = null) =>
        Eventually.True(() => IsReady, $"node {Id} is ready\n{Describe()}", timeout ?? Timeout);

    /// <summary><c>kill -9</c>; it stays away until it is started.</summary>
    public async Task KillAsync()
    {
        _isWanted = false;
        await Process.KillAsync().ConfigureAwait(false);
        await _supervision.ConfigureAwait(false);
    }

    /// <summary>SIGTERM; returns its exit code once it has ended. It stays away until it is started.</summary>
    public async Task<int> StopAsync()
    {
        _isWanted = false;
        Process.Terminate();
        int exitCode = await Process.WaitForExitAsync(Timeout).ConfigureAwait(false);
        await _supervision.ConfigureAwait(false);
        return exitCode;
    }

    /// <summary>SIGSTOP, and after that time SIGCONT, whatever happens to this test meanwhile.</summary>
    public async Task PauseAsync(TimeSpan time)
    {
        ExternalProcess process = Process;
        process.Pause();
        try
        {
            using PeriodicTimer timer = new(time);
            await timer.WaitForNextTickAsync().ConfigureAwait(false);
        }
        finally
        {
            process.Resume();
        }
    }

    /// <summary>Empties its data directory, as a new disk does. It must not be running.</summary>
    public void Wipe()
    {
        if (IsRunning) throw new InvalidOperationException($"node {Id} is running");
        foreach (string path in Directory.EnumerateFileSystemEntries(DataDirectory))
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            else File.Delete(path);
        }
    }

    public string Describe() => _processes.IsEmpty
        ? $"node {Id} was never started"
        : string.Create(
            CultureInfo.InvariantCulture, $"node {Id}, start {Starts}, running: {IsRunning}\n{Process.Describe()}");

    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        await KillAsync().ConfigureAwait(false);
        foreach (ExternalProcess process in _processes) await process.DisposeAsync().ConfigureAwait(false);
    }

    private void Launch()
    {
        StartedAt = TimeProvider.System.GetTimestamp();
        ExternalProcess process = _launch().Start();
        _processes.Enqueue(process);
        _process = process;
    }

    private async Task SuperviseAsync()
    {
        while (true)
        {
            ExternalProcess process = Process;
            await process.WaitForExitAsync(System.Threading.Timeout.InfiniteTimeSpan).ConfigureAwait(false);
            if (!_isWanted) return;
            NodeEnd end = new(Id, process.ExitCode, [.. process.ErrorLines.TakeLast(ToldLines)]);
            _ends.Enqueue(end);
            await TestContext.Progress.WriteLineAsync(end.ToString()).ConfigureAwait(false);
            // Not in a tight loop, where it ends at once each time.
            using PeriodicTimer pause = new(TimeSpan.FromMilliseconds(200));
            await pause.WaitForNextTickAsync().ConfigureAwait(false);
            if (!_isWanted) return;
            Launch();
        }
    }
}
