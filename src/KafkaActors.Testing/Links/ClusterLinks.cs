namespace KafkaActors.Testing.Links;

/// <summary>
/// Which way bytes may go between the nodes of one cluster, and between them and clients, which are node 0. A link that
/// is cut holds bytes back as a network does that loses every packet: nothing is refused, nothing is closed, and what
/// was sent comes when the link is mended, as TCP sends it again. Any thread may use it.
/// </summary>
internal sealed class ClusterLinks
{
    /// <summary>Everybody who is no node of the cluster.</summary>
    public const int Clients = 0;

    private readonly Lock _gate = new();
    private readonly HashSet<(int From, int To)> _cut = [];
    private readonly HashSet<int> _paused = [];
    private readonly HashSet<int> _dead = [];
    private TaskCompletionSource _changed = NewSource();

    /// <summary>Lets nothing through from one node to another, until <see cref="Mend"/>.</summary>
    public void Cut(int from, int to) => Change(() => _cut.Add((from, to)));

    public void Mend(int from, int to) => Change(() => _cut.Remove((from, to)));

    public void MendAll() => Change(_cut.Clear);

    /// <summary>Lets nothing through to or from a node, until <see cref="Resume"/>.</summary>
    public void Pause(int node) => Change(() => _paused.Add(node));

    public void Resume(int node) => Change(() => _paused.Remove(node));

    /// <summary>A node is gone: what still comes from its process goes nowhere, until <see cref="Revive"/>.</summary>
    public void Bury(int node) => Change(() => _dead.Add(node));

    public void Revive(int node) => Change(() =>
    {
        _dead.Remove(node);
        _paused.Remove(node);
    });

    public bool IsDead(int node)
    {
        lock (_gate) return _dead.Contains(node);
    }

    /// <summary>Returns once bytes may go that way.</summary>
    public async ValueTask WhenOpenAsync(int from, int to, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (!_cut.Contains((from, to)) && !_paused.Contains(from) && !_paused.Contains(to)) return;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource before;
        lock (_gate)
        {
            change();
            (before, _changed) = (_changed, NewSource());
        }

        before.SetResult();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
