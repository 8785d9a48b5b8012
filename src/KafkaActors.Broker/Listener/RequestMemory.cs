using KafkaActors.Broker.Budgets;
using KafkaActors.Broker.Serving;

namespace KafkaActors.Broker.Listener;

/// <summary>
/// The memory of requests of all connections, from their first bytes until they are answered. It is charged as bytes
/// arrive, whatever a length claims. Requests that wait for different things have budgets of their own, so that they
/// wait for their like only; small ones fit into what their connection has for itself (<see cref="ConnectionMemory"/>).
/// A request in a budget is answered in bounded time once it is whole, and gives way before that when it comes too
/// slowly for those who wait (<see cref="FrameArrival"/>): that is what <see cref="ByteBudget"/> asks for.
/// </summary>
/// <param name="bytes"><c>queued.max.request.bytes</c>, for requests with records</param>
/// <param name="objectBytes"><c>queued.max.request.objects.bytes</c>, for what the others become</param>
internal sealed class RequestMemory(long bytes, long objectBytes)
{
    /// <summary>A batch of the default <c>message.max.bytes</c> and what is around it.</summary>
    public const int LargestOrdinaryBytes = 2 * 1024 * 1024;

    public ByteBudget Ordinary { get; } = new("requests", bytes / 2);

    public ByteBudget Large { get; } = new("large requests", bytes - bytes / 2);

    public ByteBudget Objects { get; } = new("request objects", objectBytes);

    public long Used => Ordinary.Used + Large.Used + Objects.Used;

    /// <summary>Whether a request waits for memory.</summary>
    public bool IsShort => Ordinary.IsShort || Large.IsShort || Objects.IsShort;

    /// <summary>For one request, on behalf of this client's address.</summary>
    public BudgetShare Open(FrameStart request, object client)
    {
        if (!request.HasRecords) return Objects.Open(client);
        return (request.Length > LargestOrdinaryBytes ? Large : Ordinary).Open(client);
    }

    /// <summary>What so many bytes of it cost.</summary>
    public static long CostOf(FrameStart request, int bytes) => RequestCost.Of(request.HasRecords, bytes);
}
