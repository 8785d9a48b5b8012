using KafkaActors.Broker.Budgets;

namespace KafkaActors.Broker.Listener;

/// <summary>
/// The memory of requests of all connections, from their first bytes until their bytes are not needed any more. It is
/// charged as bytes arrive, whatever a length claims. Large requests have a budget of their own, so that they wait for
/// each other only; small ones fit into what their connection has for itself (<see cref="ConnectionMemory"/>).
/// A request in either budget is answered in bounded time once it is whole, and gives way before that when it comes
/// too slowly for those who wait (<see cref="FrameArrival"/>): that is what <see cref="ByteBudget"/> asks for.
/// </summary>
/// <param name="capacity"><c>queued.max.request.bytes</c></param>
internal sealed class RequestMemory(long capacity)
{
    /// <summary>A batch of the default <c>message.max.bytes</c> and what is around it.</summary>
    public const int LargestOrdinaryBytes = 2 * 1024 * 1024;

    public ByteBudget Ordinary { get; } = new("requests", capacity / 2);

    public ByteBudget Large { get; } = new("large requests", capacity - capacity / 2);

    public long Used => Ordinary.Used + Large.Used;

    /// <summary>Whether a request waits for memory.</summary>
    public bool IsShort => Ordinary.IsShort || Large.IsShort;

    /// <summary>For one request of this length, on behalf of this client's address.</summary>
    public BudgetShare Open(int length, object client) =>
        (length > LargestOrdinaryBytes ? Large : Ordinary).Open(client);
}
