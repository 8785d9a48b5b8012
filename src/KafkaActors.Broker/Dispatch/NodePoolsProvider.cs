using Akka.Actor;
using KafkaActors.Broker.Configuration;

namespace KafkaActors.Broker.Dispatch;

/// <summary>Gives each ActorSystem its own <see cref="NodePools"/>, sized by its configuration.</summary>
internal sealed class NodePoolsProvider : ExtensionIdProvider<NodePools>
{
    public override NodePools CreateExtension(ExtendedActorSystem system)
    {
        var tree = new SettingsTree(system.Settings.Config);
        int dataDirectories = Math.Max(1, tree.List(LogSettings.DirectoriesKey).Count);
        var reader = new SettingsReader(tree);
        var pools = new NodePools(
            reader.Read<PoolSettings>(), dataDirectories, reader.Read<CleanerSettings>().Threads);
        _ = system.WhenTerminated.ContinueWith(
            _ => pools.Stop(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return pools;
    }
}
