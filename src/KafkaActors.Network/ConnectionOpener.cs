using System.Buffers.Binary;
using System.Net.Sockets;
using KafkaActors.Network.Versions;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Network;

/// <summary>Opens a stream to a broker and asks for its versions, all within the setup timeout.</summary>
internal sealed class ConnectionOpener(
    BrokerAddress endpoint, IStreamOpener streams, ConnectionSettings settings, TimeProvider time)
{
    private const int MaxResponseBytes = 1024 * 1024;

    /// <exception cref="IOException">The broker cannot be met; the message says why, in one sentence.</exception>
    public async Task<OpenedConnection> OpenAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(settings.SetupTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await TryOpenAsync(VersionQuestion.Newest, linked.Token).ConfigureAwait(false)
                ?? await TryOpenAsync(VersionQuestion.Oldest, linked.Token).ConfigureAwait(false)
                ?? throw new IOException("it closed the connection instead of answering. Is it a Kafka port?");
        }
        catch (OperationCanceledException fault) when (deadline.IsCancellationRequested)
        {
            throw Unreachable($"no answer within {settings.SetupTimeout.TotalSeconds:0.#} s.", fault);
        }
        catch (SocketException fault)
        {
            throw Unreachable(Reason(fault), fault);
        }
        catch (IOException fault)
        {
            throw Unreachable(fault.Message, fault);
        }
        catch (ProtocolViolationException fault)
        {
            throw Unreachable($"it does not speak Kafka's protocol ({fault.Message}).", fault);
        }
    }

    private static string Reason(SocketException fault) => fault.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused.",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "no such host.",
        _ => $"{fault.Message}.",
    };

    private IOException Unreachable(string reason, Exception fault) =>
        new($"{endpoint} cannot be reached: {reason}", fault);

    /// <returns>Null when the broker closed the connection over this version of the question.</returns>
    private async Task<OpenedConnection?> TryOpenAsync(short version, CancellationToken cancellationToken)
    {
        Stream stream = await streams.OpenAsync(endpoint, cancellationToken).ConfigureAwait(false);
        OpenedConnection? opened = null;
        try
        {
            ApiVersionsResponse response = await AskAsync(stream, version, cancellationToken).ConfigureAwait(false);
            opened = new OpenedConnection(stream, BrokerVersions.Of(endpoint.ToString(), response));
        }
        catch (IOException fault) when (IsClosed(fault))
        {
            // Brokers from before the question close the connection over it.
        }
        finally
        {
            if (opened is null) await stream.DisposeAsync().ConfigureAwait(false);
        }

        return opened;
    }

    private static bool IsClosed(IOException fault) =>
        fault is EndOfStreamException
        || fault.InnerException is SocketException
        {
            SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown,
        };

    private async Task<ApiVersionsResponse> AskAsync(
        Stream stream, short version, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var question = new ProtocolWriter();
            VersionQuestion.Write(question, version, settings);
            await stream.WriteAsync(question.WrittenMemory, cancellationToken).ConfigureAwait(false);
            byte[] frame = await ReadFrameAsync(stream, cancellationToken).ConfigureAwait(false);
            ApiVersionsResponse? response = VersionQuestion.Read(frame, version, out short askAgain);
            if (response is not null) return response;
            version = askAgain;
        }
    }

    private static async Task<byte[]> ReadFrameAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] prefix = new byte[sizeof(int)];
        await stream.ReadExactlyAsync(prefix, cancellationToken).ConfigureAwait(false);
        int length = BinaryPrimitives.ReadInt32BigEndian(prefix);
        if (length is < sizeof(int) or > MaxResponseBytes)
            throw new ProtocolViolationException($"a response of {length} bytes to ApiVersions");
        byte[] frame = new byte[length];
        await stream.ReadExactlyAsync(frame, cancellationToken).ConfigureAwait(false);
        return frame;
    }
}
