using KafkaActors.Client.Configuration;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Administration.Groups;

/// <summary>Asks coordinators and single nodes, by way of the <see cref="AdminActor"/>.</summary>
internal sealed class CoordinatorClient(AdminClient admin, ClientSettings settings)
{
    public async Task<TResponse> AskNodeAsync<TResponse>(
        NodeId node,
        IRequestMessage request,
        Func<TResponse, ErrorCode> errorOf,
        TimeSpan? timeout,
        CancellationToken cancellationToken)
        where TResponse : class, IResponseMessage =>
        (await CallAsync(null, node, request, errorOf, timeout, cancellationToken).ConfigureAwait(false)).Response;

    public async Task<TResponse> AskAsync<TResponse>(
        string groupId,
        IRequestMessage request,
        Func<TResponse, ErrorCode> errorOf,
        TimeSpan? timeout,
        CancellationToken cancellationToken)
        where TResponse : class, IResponseMessage =>
        (await CallAsync(groupId, NodeId.None, request, errorOf, timeout, cancellationToken).ConfigureAwait(false))
            .Response;

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
            groupId, NodeId.None, request, JudgeRow, timeout, cancellationToken).ConfigureAwait(false);
        return rows(response) is [var row] ? (row, node) : throw Unexpected(response);

        ErrorCode JudgeRow(TResponse answer) =>
            rows(answer) is [var only] ? errorOf(only) : ErrorCode.UnknownServerError;
    }

    private async Task<(TResponse Response, NodeId Node)> CallAsync<TResponse>(
        string? groupId,
        NodeId node,
        IRequestMessage request,
        Func<TResponse, ErrorCode> errorOf,
        TimeSpan? timeout,
        CancellationToken cancellationToken)
        where TResponse : class, IResponseMessage
    {
        var call = new FrameCall(request, groupId, node, Judge, timeout ?? settings.DefaultApiTimeout);
        (IResponseMessage response, NodeId by) =
            await admin.RunAsync(call, call.Answer, cancellationToken).ConfigureAwait(false);
        return response is TResponse expected ? (expected, by) : throw Unexpected(response);

        ErrorCode Judge(IResponseMessage answer) =>
            answer is TResponse known ? errorOf(known) : ErrorCode.UnknownServerError;
    }

    private static KafkaException Unexpected(IResponseMessage response) =>
        new(ErrorCode.UnknownServerError, $"A node answered with an unexpected {response.GetType().Name}.");
}
