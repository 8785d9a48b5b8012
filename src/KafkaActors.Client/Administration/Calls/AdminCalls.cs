using Akka.Actor;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming.Groups;
using KafkaActors.Client.Supervision;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Administration.Calls;

/// <summary>Asks nodes by way of the <see cref="AdminActor"/>. Any thread may use it.</summary>
internal sealed class AdminCalls(ICanTell actor, ClientSettings settings)
{
    /// <param name="errorOf">What in an answer may have the whole request made again.</param>
    /// <param name="timeout">Null for <c>default.api.timeout.ms</c>.</param>
    public async Task<TResponse> AskAsync<TResponse>(
        CallTarget target,
        IRequestMessage request,
        Func<TResponse, ErrorCode> errorOf,
        TimeSpan? timeout,
        CancellationToken cancellationToken)
        where TResponse : class, IResponseMessage =>
        (await CallAsync(target, request, errorOf, timeout, cancellationToken).ConfigureAwait(false)).Response;

    /// <summary>For a request about one group in an API that takes several: the one row, and who gave it.</summary>
    public async Task<(TRow Row, NodeId Node)> AskRowAsync<TResponse, TRow>(
        string groupId,
        IRequestMessage request,
        Func<TResponse, IReadOnlyList<TRow>> rows,
        Func<TRow, ErrorCode> errorOf,
        TimeSpan? timeout,
        CancellationToken cancellationToken)
        where TResponse : class, IResponseMessage
    {
        (TResponse response, NodeId node) = await CallAsync<TResponse>(
            new CallTarget.Coordinator(groupId), request, JudgeRow, timeout, cancellationToken).ConfigureAwait(false);
        return rows(response) is [var row] ? (row, node) : throw Unexpected(response);

        ErrorCode JudgeRow(TResponse answer) =>
            rows(answer) is [var only] ? errorOf(only) : ErrorCode.UnknownServerError;
    }

    /// <summary>One question to whoever can be reached, within <c>request.timeout.ms</c>.</summary>
    public async Task<TResponse> ReachAsync<TResponse>(IRequestMessage request, CancellationToken cancellationToken)
        where TResponse : class, IResponseMessage
    {
        var call = new NodeCall(
            request,
            CallTarget.AnyNode,
            _ => ErrorCode.None,
            error => error is ErrorCode.NetworkException or ErrorCode.RequestTimedOut,
            settings.RequestTimeout);
        (IResponseMessage response, _) = await RunAsync(call, call.Answer, cancellationToken).ConfigureAwait(false);
        return response as TResponse ?? throw Unexpected(response);
    }

    /// <param name="timeout">Null for <c>default.api.timeout.ms</c>.</param>
    public TimeSpan Limit(TimeSpan? timeout) => timeout ?? settings.DefaultApiTimeout;

    /// <param name="call">Which the actor completes, with <paramref name="answer"/>.</param>
    public async Task<T> RunAsync<T>(object call, Task<T> answer, CancellationToken cancellationToken)
    {
        actor.Tell(call, ActorRefs.NoSender);
        Task ended = (actor as ClientChild)?.Ended ?? answer;
        await Task.WhenAny(answer, ended).WaitAsync(cancellationToken).ConfigureAwait(false);

        // An actor that stops answers what it has; what it no longer got nobody answers.
        if (!answer.IsCompleted) throw new KafkaException(ErrorCode.NetworkException, "The client was closed.");
        return await answer.ConfigureAwait(false);
    }

    private async Task<(TResponse Response, NodeId Node)> CallAsync<TResponse>(
        CallTarget target,
        IRequestMessage request,
        Func<TResponse, ErrorCode> errorOf,
        TimeSpan? timeout,
        CancellationToken cancellationToken)
        where TResponse : class, IResponseMessage
    {
        var call = new NodeCall(request, target, Judge, MayPass(target), Limit(timeout));
        (IResponseMessage response, NodeId by) =
            await RunAsync(call, call.Answer, cancellationToken).ConfigureAwait(false);
        return response is TResponse expected ? (expected, by) : throw Unexpected(response);

        ErrorCode Judge(IResponseMessage answer) =>
            answer is TResponse known ? errorOf(known) : ErrorCode.UnknownServerError;
    }

    // What one node says of itself stands, but for what has to do with its coordinator's move or start.
    private static Func<ErrorCode, bool> MayPass(CallTarget target) => target is CallTarget.Any or CallTarget.Controller
        ? ErrorCodes.IsRetriable
        : error => error == ErrorCode.CoordinatorLoadInProgress || error.IsCoordinatorLost();

    private static KafkaException Unexpected(IResponseMessage response) =>
        new(ErrorCode.UnknownServerError, $"A node answered with an unexpected {response.GetType().Name}.");
}
