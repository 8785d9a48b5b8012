using System.Diagnostics;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Cluster.Tests.Neighbours;

/// <summary>
/// A well-behaved client beside others that are not: asks the same again and again on a connection of its own, and
/// remembers how long the slowest answer took and what was wrong with any.
/// </summary>
internal sealed class Probe : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly KafkaWireClient _client;
    private readonly Func<KafkaWireClient, Task<string?>> _ask;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private Probe(string name, TimeSpan limit, KafkaWireClient client, Func<KafkaWireClient, Task<string?>> ask)
    {
        Name = name;
        Limit = limit;
        _client = client;
        _ask = ask;
        _running = Task.Run(RunAsync);
    }

    public string Name { get; }

    public TimeSpan Limit { get; }

    public int Answers { get; private set; }

    public TimeSpan Slowest { get; private set; }

    /// <summary>When the slowest was asked, since the start of the probe.</summary>
    public TimeSpan SlowestAt { get; private set; }

    /// <summary>The first answer that was none, or said something else than it should.</summary>
    public string? Fault { get; private set; }

    /// <param name="ask">Asks once; null when the answer is right, else what is wrong with it.</param>
    public static async Task<Probe> StartAsync(
        string address, string name, TimeSpan limit, Func<KafkaWireClient, Task<string?>> ask) =>
        new(name, limit, await KafkaWireClient.ConnectAsync(address), ask);

    /// <summary>The answer of an API without state.</summary>
    public static Task<Probe> StartAsync<TResponse>(
        string address, TimeSpan limit, IRequestMessage request, Func<TResponse, bool> isRight)
        where TResponse : IResponseMessage =>
        StartAsync(address, $"{request.Api}", limit, async client =>
        {
            TResponse response = await client.AskAsync<TResponse>(request);
            return isRight(response) ? null : $"a wrong answer to {request.Api}";
        });

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public override string ToString() =>
        $"{Name}: {Answers} answers, the slowest after {Slowest.TotalMilliseconds:0} ms "
        + $"at {SlowestAt.TotalSeconds:0.0} s{(Fault is null ? "" : $"; {Fault}")}";

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            using PeriodicTimer timer = new(Pause);
            while (!_stop.IsCancellationRequested && Fault is null)
            {
                long begin = Stopwatch.GetTimestamp();
                Fault = await _ask(_client);
                TimeSpan took = Stopwatch.GetElapsedTime(begin);
                Answers++;
                if (took > Slowest) (Slowest, SlowestAt) = (took, Stopwatch.GetElapsedTime(start, begin));
                await timer.WaitForNextTickAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Told to stop between two questions.
        }
        catch (Exception cause) when (cause is AssertionException or IOException or System.Net.Sockets.SocketException)
        {
            Fault = cause.Message;
        }
    }
}
