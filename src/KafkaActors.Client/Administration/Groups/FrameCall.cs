using Akka.Actor;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Administration.Groups;

/// <summary>
/// One request of Kafka's own protocol, for the coordinator of a group or for one node. Its task is completed once.
/// Owned by <see cref="FrameCalls"/> once the <see cref="AdminActor"/> was told.
/// </summary>
/// <param name="groupId">Null when it is for the node.</param>
/// <param name="node">None when it is for a coordinator.</param>
/// <param name="errorOf">What in an answer may have the request made again.</param>
internal sealed class FrameCall(
    IRequestMessage request,
    string? groupId,
    NodeId node,
    Func<IResponseMessage, ErrorCode> errorOf,
    TimeSpan timeout) : INoSerializationVerificationNeeded
{
    private readonly TaskCompletionSource<(IResponseMessage Response, NodeId Node)> _done =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private long _started;

    public IRequestMessage Request => request;

    public string? GroupId => groupId;

    /// <summary>Who was asked last, or is to be asked.</summary>
    public NodeId Node { get; set; } = node;

    public int Attempts { get; set; }

    /// <summary>Why the last attempt came to nothing.</summary>
    public (ErrorCode Error, string? Message) LastFailure { get; set; } = (ErrorCode.RequestTimedOut, null);

    /// <summary>The response, and who gave it.</summary>
    public Task<(IResponseMessage Response, NodeId Node)> Answer => _done.Task;

    public void Begin(TimeProvider time) => _started = time.GetTimestamp();

    public TimeSpan Left(TimeProvider time) => timeout - time.GetElapsedTime(_started);

    public ErrorCode ErrorOf(IResponseMessage response) => errorOf(response);

    public void Complete(IResponseMessage response) => _done.TrySetResult((response, Node));

    public void Fail(KafkaException fault) => _done.TrySetException(fault);
}
