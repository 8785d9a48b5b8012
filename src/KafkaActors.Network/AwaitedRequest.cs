using KafkaActors.Protocol.Wire;

namespace KafkaActors.Network;

/// <summary>A request whose response is awaited as a task.</summary>
internal sealed class AwaitedRequest(IRequestMessage message, TimeSpan timeout) : BrokerRequest(message, timeout)
{
    private readonly TaskCompletionSource<IResponseMessage?> _done =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<IResponseMessage?> Response => _done.Task;

    protected override void OnAnswered(IResponseMessage? response, short version) => _done.TrySetResult(response);

    protected override void OnFailed(BrokerFault fault) => _done.TrySetException(new BrokerException(fault));
}
