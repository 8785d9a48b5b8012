using Akka.Actor;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Administration.Calls;

/// <summary>
/// One administrative request that one node answers. Its task is completed once. Owned by <see cref="NodeCalls"/> once
/// the <see cref="AdminActor"/> was told.
/// </summary>
/// <param name="errorOf">What in an answer may have the request made again.</param>
/// <param name="mayPass">Whether an error is worth another attempt.</param>
internal sealed class NodeCall(
    IRequestMessage request,
    CallTarget target,
    Func<IResponseMessage, ErrorCode> errorOf,
    Func<ErrorCode, bool> mayPass,
    TimeSpan timeout) : INoSerializationVerificationNeeded
{
    private readonly TaskCompletionSource<(IResponseMessage Response, NodeId Node)> _done =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private long _started;

    public IRequestMessage Request => request;

    public CallTarget Target => target;

    /// <summary>Who was asked last; none where any node would do.</summary>
    public NodeId Node { get; set; } = NodeId.None;

    public int Attempts { get; set; }

    /// <summary>Why the last attempt came to nothing.</summary>
    public (ErrorCode Error, string? Message) LastFailure { get; set; } = (ErrorCode.RequestTimedOut, null);

    /// <summary>The response, and who gave it.</summary>
    public Task<(IResponseMessage Response, NodeId Node)> Answer => _done.Task;

    public void Begin(TimeProvider time) => _started = time.GetTimestamp();

    public TimeSpan Left(TimeProvider time) => timeout - time.GetElapsedTime(_started);

    public ErrorCode ErrorOf(IResponseMessage response) => errorOf(response);

    public bool MayPass(ErrorCode error) => mayPass(error);

    public void Complete(IResponseMessage response) => _done.TrySetResult((response, Node));

    public void Fail(KafkaException fault) => _done.TrySetException(fault);
}
