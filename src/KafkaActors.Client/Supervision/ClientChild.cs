using Akka.Actor;

namespace KafkaActors.Client.Supervision;

/// <summary>
/// A child of the <see cref="ClientGuardian"/> that can be spoken to before it was started: the guardian hands messages
/// on in the order they were told. Any thread may use it.
/// </summary>
internal sealed class ClientChild : ICanTell
{
    private readonly IActorRef _guardian;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ClientChild(IActorRef guardian, Props props, string name)
    {
        _guardian = guardian;
        Ended = Task.WhenAny(_ended.Task, guardian.WatchAsync());
        guardian.Tell(new ClientGuardian.StartChild(this, props, name), ActorRefs.NoSender);
    }

    /// <summary>Completes when the child has stopped, or the whole client has.</summary>
    public Task Ended { get; }

    public void Tell(object message, IActorRef? sender) =>
        _guardian.Tell(new ClientGuardian.ToChild(this, message), sender);

    public void Stop() => Tell(PoisonPill.Instance, ActorRefs.NoSender);

    public void NoteEnded() => _ended.TrySetResult();
}
