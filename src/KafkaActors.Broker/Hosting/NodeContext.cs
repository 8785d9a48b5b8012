using KafkaActors.Broker.Budgets;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Controller;
using KafkaActors.Broker.Listener;
using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Configuration;

namespace KafkaActors.Broker.Hosting;

/// <summary>What a node's actors are made of, put together before the first of them starts.</summary>
internal sealed record NodeContext(
    NodeSettings Settings,
    DataDirectories Directories,
    PartitionLogObserver LogObserver,
    TopicConfigDefaults TopicDefaults,
    KafkaDoor KafkaDoor,
    WakingClock Clock)
{
    /// <summary>Null where the process's file descriptors have no limit that we know.</summary>
    public DescriptorBudget? Descriptors { get; init; }

    /// <summary>
    /// Counts the time that the process sleeps as well: for whoever others wait for, and not the other way round.
    /// </summary>
    public required TimeProvider SleeplessClock { get; init; }

    /// <summary>When the data directories became this process's own, by <see cref="SleeplessClock"/>.</summary>
    public required long OpenedAt { get; init; }

    /// <summary>What the node's metadata log says, read while other things start.</summary>
    public Task<StoredLog> StoredLog { get; init; } = Task.FromResult(Controller.StoredLog.None);

    /// <summary>This start of the node.</summary>
    public Guid Incarnation { get; } = Guid.NewGuid();

    /// <summary>Completes when the node serves; fails with a <see cref="NodeStartException"/> when it cannot.</summary>
    public TaskCompletionSource Ready { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the node leads nothing any more, or can do nothing about it.</summary>
    public TaskCompletionSource HandedOver { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a node that was serving cannot go on.</summary>
    public TaskCompletionSource<string> Failed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <exception cref="NodeStartException">A setting, a data directory or a port cannot be used.</exception>
    public static async Task<NodeContext> OpenAsync(
        NodeSettings settings, NodeOptions options, CancellationToken cancellation)
    {
        DescriptorBudget? descriptors = ProcessDescriptors.Open();
        TopicConfigDefaults defaults = StaticTopicConfigs.Of(settings.TopicDefaults);
        var observer = new PartitionLogObserver(options.Log);
        DataDirectories directories = await DataDirectories
            .OpenAsync(settings.Log, settings.NodeId, observer, options).ConfigureAwait(false);
        long openedAt = options.Clock.GetTimestamp();
        try
        {
            KafkaDoor door = await KafkaDoor.BindAsync(settings, cancellation).ConfigureAwait(false);
            return new NodeContext(settings, directories, observer, defaults, door, new WakingClock(options.Clock))
            {
                Descriptors = descriptors,
                SleeplessClock = options.Clock,
                OpenedAt = openedAt,
            };
        }
        catch
        {
            observer.EndLogging();
            await directories.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits for the disk.</summary>
    public StoredLog ReadStoredLog() => Controller.StoredLog.Read(
        Directories.First.Files, Path.Combine(Directories.First.DirectoryPath, ControllerServices.DirectoryName));

    /// <summary>The node cannot go on, or cannot start; the first reason counts.</summary>
    /// <returns>Whether it was serving, and this is the first reason.</returns>
    public bool Fail(string reason)
    {
        HandedOver.TrySetResult();
        return !Ready.TrySetException(new NodeStartException(reason)) && Failed.TrySetResult(reason);
    }

    /// <summary>Closes what was opened, in the reverse order.</summary>
    public async ValueTask CloseAsync()
    {
        await KafkaDoor.DisposeAsync().ConfigureAwait(false);
        LogObserver.EndLogging();
        await Directories.DisposeAsync().ConfigureAwait(false);
        Clock.Dispose();
    }
}
