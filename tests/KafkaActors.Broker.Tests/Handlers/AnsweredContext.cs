using KafkaActors.Broker.Dispatch;
using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Serving;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Handlers;

/// <summary>
/// A request without a connection: it keeps its answer for the test, and counts how often it was ended.
/// </summary>
internal sealed class AnsweredContext(ApiKey api, short version, CancellationToken gone = default)
    : RequestContext(new RequestHeader((short)api, version, 1, "test"), TimeProvider.System)
{
    public const string Listener = "PLAINTEXT";

    private readonly TaskCompletionSource<IResponseMessage?> _answer =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _ends;

    public ClientSoftware? Introduced { get; private set; }

    public override string ClientHost => "/127.0.0.1";

    public override string ListenerName => Listener;

    public override AppendLane Appends { get; } =
        new(new Bulkhead(work => ThreadPool.QueueUserWorkItem(_ => work())), TimeProvider.System, gone);

    public override CancellationToken Gone => gone;

    public int Ends => Volatile.Read(ref _ends);

    /// <summary>Null when there was to be none; fails as the request did.</summary>
    public Task<IResponseMessage?> Answer => _answer.Task.WaitAsync(Eventually.DefaultTimeout);

    public async Task<TResponse> AnswerAsync<TResponse>()
        where TResponse : IResponseMessage =>
        (TResponse)(await Answer.ConfigureAwait(false))!;

    protected override void Queue(IResponseMessage response)
    {
        Interlocked.Increment(ref _ends);
        _answer.TrySetResult(response);
    }

    public override void Introduce(ClientSoftware software) => Introduced = software;

    public override void RespondNothing()
    {
        Interlocked.Increment(ref _ends);
        _answer.TrySetResult(null);
    }

    public override void Fail(Exception cause)
    {
        Interlocked.Increment(ref _ends);
        _answer.TrySetException(cause);
    }
}
