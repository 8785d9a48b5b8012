using KafkaActors.Broker.Configuration;
using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Hosting;

/// <summary>
/// The data directories of one node, locked for this process, and the identity they hold together: all of one node and
/// one cluster. The first holds the metadata log. Owned by the node, closed last.
/// </summary>
internal sealed class DataDirectories : IAsyncDisposable
{
    private readonly List<LogDirectory> _directories = [];

    private DataDirectories()
    {
    }

    public IReadOnlyList<LogDirectory> All => _directories;

    public LogDirectory First => _directories[0];

    /// <summary>Null until the node has been in a cluster.</summary>
    public string? ClusterId => First.Meta.ClusterId;

    /// <summary>The last registration that every directory has seen; none when one of them is new.</summary>
    public BrokerEpoch BrokerEpoch
    {
        get
        {
            BrokerEpoch[] epochs = [.. _directories.Select(directory => directory.Meta.BrokerEpoch).Distinct()];
            return epochs.Length == 1 ? epochs[0] : BrokerEpoch.None;
        }
    }

    /// <summary>Whether every directory was closed in order.</summary>
    public bool WasCleanShutdown => _directories.TrueForAll(directory => directory.WasCleanShutdown);

    /// <exception cref="NodeStartException">A directory is in use, another node's, or unusable.</exception>
    public static async Task<DataDirectories> OpenAsync(
        LogSettings settings, NodeId node, ILogObserver? observer, NodeOptions options)
    {
        var opened = new DataDirectories();
        try
        {
            foreach (string path in settings.Directories) opened.Open(path, settings, node, observer, options);
            return opened;
        }
        catch (LogDirectoryException cause)
        {
            await opened.DisposeAsync().ConfigureAwait(false);
            throw new NodeStartException(cause.Message, cause);
        }
    }

    /// <summary>They are known to be of the cluster that this node is going to be in: they may be written.</summary>
    public void Begin()
    {
        foreach (LogDirectory directory in _directories) directory.Begin();
    }

    /// <summary>Remembers the registration for the next start. On the disk on return.</summary>
    public void Save(string clusterId, BrokerEpoch epoch, string? bootId)
    {
        foreach (LogDirectory directory in _directories)
        {
            MetaProperties meta = directory.Meta with { ClusterId = clusterId, BrokerEpoch = epoch, BootId = bootId };
            if (meta != directory.Meta) directory.SaveMeta(meta);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (LogDirectory directory in _directories) await directory.DisposeAsync().ConfigureAwait(false);
    }

    private void Open(
        string path, LogSettings settings, NodeId node, ILogObserver? observer, NodeOptions options) =>
        _directories.Add(LogDirectory.Open(new LogDirectoryOptions
        {
            Path = Path.GetFullPath(path),
            NodeId = node,
            ClusterId = _directories.Select(directory => directory.Meta.ClusterId).FirstOrDefault(id => id is not null),
            Observer = observer,
            Time = options.Clock,
            Files = options.Files,
            ReserveBytes = settings.ReserveBytes,
            DamageRetention = settings.StrayRetention,
        }));
}
