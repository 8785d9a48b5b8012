using System.Collections.Concurrent;
using System.Net.Sockets;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Cluster.Tests.Neighbours;

/// <summary>
/// The others: clients that do the same over and over, and come back when they are cut off. What they are answered is
/// theirs alone to bear.
/// </summary>
internal sealed class Flood : IAsyncDisposable
{
    private static readonly TimeSpan Comeback = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, int> _rounds = new();
    private readonly List<Task> _running = [];
    private readonly string _address;

    public Flood(string address) => _address = address;

    /// <summary>How often those of each name did what they do.</summary>
    public IReadOnlyDictionary<string, int> Rounds => _rounds;

    public void Add(string name, int clients, Func<KafkaWireClient, int, Task> round)
    {
        _rounds[name] = 0;
        for (int client = 0; client < clients; client++) _running.Add(Task.Run(() => RunAsync(name, round)));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        _stop.Dispose();
    }

    private async Task RunAsync(string name, Func<KafkaWireClient, int, Task> round)
    {
        using PeriodicTimer timer = new(Comeback);
        int number = 0;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using KafkaWireClient client = await KafkaWireClient.ConnectAsync(_address);
                // Whatever it waits for, the end of the flood ends it.
                await using CancellationTokenRegistration end = _stop.Token.Register(client.Dispose);
                while (!_stop.IsCancellationRequested)
                {
                    await round(client, number++);
                    _rounds.AddOrUpdate(name, 1, (_, rounds) => rounds + 1);
                }
            }
            catch (Exception cause) when (
                cause is AssertionException or SocketException or ObjectDisposedException or OperationCanceledException)
            {
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }
        }
    }
}
