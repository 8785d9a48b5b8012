using Akka.Dispatch;

namespace KafkaActors.Broker.Dispatch;

/// <summary>
/// The executor of the data dispatcher: an actor that is told something in a <see cref="Turn"/> runs in it.
/// </summary>
internal sealed class TurnExecutor(string id) : ExecutorService(id)
{
    public override void Execute(IRunnable run) => Turn.Post(run);

    public override void Shutdown()
    {
    }
}
