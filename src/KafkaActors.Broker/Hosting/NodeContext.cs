using KafkaActors.Broker.Budgets;
using KafkaActors.Broker.Configuration;
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
        try
        {
            KafkaDoor door = await KafkaDoor.BindAsync(settings, cancellation).ConfigureAwait(false);
            return new NodeContext(settings, directories, observer, defaults, door, new WakingClock(options.Clock))
            {
                Descriptors = descriptors,
            };
        }
        catch
        {
            observer.EndLogging();
            await directories.DisposeAsync().ConfigureAwait(false);
            throw;
        }
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
