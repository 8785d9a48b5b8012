using Akka.Configuration;
using Akka.Dispatch;

namespace KafkaActors.Broker.Dispatch;

/// <summary>Named by <c>kafka-actors.dispatchers.data.executor</c>; made by Akka.</summary>
internal sealed class TurnExecutorConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    : ExecutorServiceConfigurator(config, prerequisites)
{
    public override ExecutorService Produce(string id) => new TurnExecutor(id);
}
