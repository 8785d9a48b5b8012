using Akka.Actor;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// Runs what may wait for a disk on the dispatcher whose threads are meant for it. Its actors and tasks never hold a
/// thread that data or heartbeats need.
/// </summary>
internal sealed class BlockingIo(Action<Action> schedule)
{
    public const string DispatcherId = "kafka-actors.dispatchers.blocking-io";

    public static BlockingIo Of(ActorSystem system) => new(system.Dispatchers.Lookup(DispatcherId).Schedule);

    /// <summary>Runs what throws nothing, and tells nobody when it is done.</summary>
    public void Post(Action work) => schedule(work);

    public Task<T> Run<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        schedule(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        });
        return done.Task;
    }
}
