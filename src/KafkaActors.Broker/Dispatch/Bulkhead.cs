namespace KafkaActors.Broker.Dispatch;

/// <summary>
/// One kind of work that may wait for a disk, on threads that no other kind uses (see <see cref="NodePools"/>).
/// </summary>
/// <param name="post">Queues a piece of work; false when it will not run, because the node has stopped.</param>
internal sealed class Bulkhead(Func<Action, bool> post)
{
    /// <summary>Runs what throws nothing, and tells nobody when it is done. False when it will not run.</summary>
    public bool Post(Action work) => post(work);

    public Task<T> Run<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool isPosted = post(() =>
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
        if (!isPosted) done.SetCanceled(CancellationToken.None);
        return done.Task;
    }
}
