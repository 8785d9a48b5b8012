using Akka.Actor;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration;

/// <summary>One administrative request that any node takes. Its task is completed once.</summary>
/// <param name="errorOf">What in an answer would have the whole request made again.</param>
/// <param name="mayPass">Whether an error is worth another attempt.</param>
internal sealed class NodeCall(
    Func<long, ICommand> command, Func<IReply, ErrorCode> errorOf, TimeSpan timeout, Func<ErrorCode, bool> mayPass)
    : INoSerializationVerificationNeeded
{
    private readonly TaskCompletionSource<IReply> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _started;

    public Func<long, ICommand> Command => command;

    public int Attempts { get; set; }

    public Task<IReply> Answer => _done.Task;

    public void Begin(TimeProvider time) => _started = time.GetTimestamp();

    public TimeSpan Left(TimeProvider time) => timeout - time.GetElapsedTime(_started);

    public bool MayPass(ErrorCode error) => mayPass(error);

    public ErrorCode ErrorOf(IReply reply) => errorOf(reply);

    public void Complete(IReply reply) => _done.TrySetResult(reply);

    public void Fail(KafkaException fault) => _done.TrySetException(fault);
}
