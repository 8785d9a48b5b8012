using System.Collections.Concurrent;
using System.Net.Sockets;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Cluster.Tests.Fuzzing;

/// <summary>
/// Sends fuzzed requests, some on each connection at once, and looks at the answers: each decodes in its version, has
/// only errors that its API has, and null only where that is one. A connection is given up after a while, as some
/// answers are meant to be waited for.
/// </summary>
internal sealed class FuzzSender(string address, KnownThings known, int seed)
{
    private const int RequestsPerConnection = 20;
    private const int MostFaults = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly FuzzedRequests _requests = new(known, new Random(seed));
    private readonly ConcurrentDictionary<ApiKey, int> _answered = [];
    private readonly List<string> _faults = [];

    public IReadOnlyDictionary<ApiKey, int> Answered => _answered;

    public IReadOnlyList<string> Faults => _faults;

    public async Task SendAsync(int count)
    {
        ApiDescription[] apis = await ServedAsync();
        for (int sent = 0; sent < count; sent += RequestsPerConnection)
        {
            // Those that may be answered late go last: answers come in the order of the requests.
            (IRequestMessage Request, short Version)[] requests =
            [
                .. Enumerable.Range(0, Math.Min(RequestsPerConnection, count - sent))
                    .Select(_ => _requests.Next(apis)).OrderBy(one => MayWait(one.Request)),
            ];
            using KafkaWireClient client = await KafkaWireClient.ConnectAsync(address);
            await ExchangeAsync(client, requests);
            if (_faults.Count > MostFaults) return;
        }
    }

    private async Task ExchangeAsync(KafkaWireClient client, (IRequestMessage Request, short Version)[] requests)
    {
        var asked = new Queue<(IRequestMessage Request, short Version)>();
        bool mayClose = false;
        Task sending = Task.Run(async () =>
        {
            foreach ((IRequestMessage request, short version) in requests)
                await client.SendRawAsync(KafkaWireClient.Frame(request, version));
        });
        foreach ((IRequestMessage request, short version) in requests)
        {
            // Nobody answers it, and when it fails the connection is closed.
            if (request is ProduceRequest { Acks: 0 }) mayClose = true;
            else asked.Enqueue((request, version));
        }

        try
        {
            while (asked.TryDequeue(out (IRequestMessage Request, short Version) one))
            {
                Task<byte[]?> receiving = client.ReceiveFrameAsync();
                using PeriodicTimer patience = new(Patience);
                Task waited = patience.WaitForNextTickAsync().AsTask();
                if (await Task.WhenAny(receiving, waited) != receiving && MayWait(one.Request)) return;
                if (!await TryCheckAsync(one.Request, one.Version, receiving, mayClose)) return;
            }

            await sending;
        }
        catch (SocketException)
        {
            // It was closed on the way.
        }
        finally
        {
            client.Dispose();
            await Task.WhenAny(sending);
        }
    }

    private async Task<bool> TryCheckAsync(
        IRequestMessage request, short version, Task<byte[]?> receiving, bool mayClose)
    {
        try
        {
            if (await receiving is { } frame)
            {
                Check(request, version, frame);
                return true;
            }

            if (!mayClose) Fault(request, version, "the connection was closed");
        }
        catch (AssertionException late)
        {
            Fault(request, version, late.Message);
        }

        return false;
    }

    private void Check(IRequestMessage request, short version, byte[] frame)
    {
        _answered.AddOrUpdate(request.Api, 1, static (_, count) => count + 1);
        try
        {
            ApiDescription api = ApiMessages.All.Single(one => one.Key == request.Api);
            IResponseMessage response = KafkaWireClient.Read(api, version, correlationId: 0, frame);
            known.Learn(response);
            foreach (string fault in AnswerRules.Faults(response, request.Api, version))
                Fault(request, version, fault);
        }
        catch (ProtocolViolationException cause)
        {
            Fault(request, version, cause.Message);
        }
    }

    private void Fault(IRequestMessage request, short version, string what)
    {
        byte[] frame = KafkaWireClient.Frame(request, version);
        string bytes = Convert.ToHexString(frame.AsSpan(0, Math.Min(frame.Length, 600)));
        _faults.Add($"{request.Api} v{version}: {what} ({frame.Length} bytes: {bytes})");
    }

    private static bool MayWait(IRequestMessage request) =>
        request is JoinGroupRequest or SyncGroupRequest or FetchRequest;

    private async Task<ApiDescription[]> ServedAsync()
    {
        using KafkaWireClient client = await KafkaWireClient.ConnectAsync(address);
        var versions = await client.AskAsync<ApiVersionsResponse>(new ApiVersionsRequest(), 0);
        return [.. versions.ApiKeys.Select(api =>
            ApiMessages.All.Single(description => (short)description.Key == api.ApiKey))];
    }
}
