using System.Collections.Concurrent;
using KafkaActors.Broker.Handlers;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Tests.Listener;

/// <summary>Keeps the requests that it is given for the test to answer, or does at once what it is told.</summary>
internal sealed class HeldHandler(ApiKey key, bool keepsBytes = false) : IApiHandler
{
    private readonly ConcurrentQueue<(IRequestMessage Request, RequestContext Context)> _held = new();
    private int _count;

    public ApiKey Key => key;

    public bool KeepsBytes => keepsBytes;

    /// <summary>Instead of keeping it.</summary>
    public Action<RequestContext>? AtOnce { get; set; }

    /// <summary>Requests so far.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Handle(IRequestMessage request, RequestContext context)
    {
        Interlocked.Increment(ref _count);
        if (AtOnce is { } act) act(context);
        else _held.Enqueue((request, context));
    }

    /// <summary>The requests that are kept, each once.</summary>
    public List<(IRequestMessage Request, RequestContext Context)> Take()
    {
        var taken = new List<(IRequestMessage, RequestContext)>();
        while (_held.TryDequeue(out var next)) taken.Add(next);
        return taken;
    }
}
