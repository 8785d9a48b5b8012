namespace KafkaActors.Messages.Authentication;

/// <summary>
/// The secrets in files that may change: looked at from time to time, on a thread of the pool and by one look at a
/// time, so that a disk which hangs holds up no handshake. Files that cannot be used any more leave what was read
/// before. Any thread may ask.
/// </summary>
public sealed class WatchedSecrets : IDisposable
{
    /// <summary>How soon a changed file is heard of.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    private readonly string? _clusterFile;
    private readonly string? _clientFile;
    private readonly Action<string> _warn;
    private readonly ITimer? _timer;
    private int _isLooking;
    private string _lastFault = "";
    private volatile HeldSecrets _current;

    /// <param name="warn">Is told, once each, why changed files cannot be used.</param>
    /// <exception cref="SecretException">A file cannot be used now.</exception>
    public WatchedSecrets(string? clusterFile, string? clientFile, TimeProvider clock, Action<string> warn)
    {
        _clusterFile = clusterFile;
        _clientFile = clientFile;
        _warn = warn;
        _current = HeldSecrets.Read(clusterFile, clientFile);
        if (!_current.IsEmpty) _timer = clock.CreateTimer(_ => Look(), null, LookInterval, LookInterval);
    }

    public HeldSecrets Current => _current;

    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        if (Interlocked.Exchange(ref _isLooking, 1) != 0) return;
        try
        {
            _current = HeldSecrets.Read(_clusterFile, _clientFile);
            _lastFault = "";
        }
        catch (SecretException fault)
        {
            if (fault.Message != _lastFault) _warn(_lastFault = fault.Message);
        }
        finally
        {
            Volatile.Write(ref _isLooking, 0);
        }
    }
}
