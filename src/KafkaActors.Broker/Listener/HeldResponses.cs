using System.Buffers;
using KafkaActors.Broker.Budgets;

namespace KafkaActors.Broker.Listener;

/// <summary>
/// What one connection's responses hold in memory until its client has taken them: what was written of them, and a
/// chunk that is on its way. A few bytes are the connection's own; the rest counts in the budget of all connections,
/// also when that is full, because it is in memory already. Then no further request is read from a connection that
/// holds a part, chunks are small, and whoever has stopped reading is in others' way. Guarded by its
/// <see cref="ConnectionResponses"/>, but for the chunks.
/// </summary>
internal sealed class HeldResponses(BudgetShare share)
{
    /// <summary>Together with <c>max.connections</c> a budget of its own, as the smallest chunk is.</summary>
    public const int OwnBytes = 16 * 1024;

    private const int LeastChunk = 4 * 1024;
    private const int MostChunk = 128 * 1024;

    /// <summary>Past it no further request is read; what is under way may still add to it.</summary>
    private const long MostBytes = 1024 * 1024;

    private long _bytes;

    /// <summary>What chunks take of the budget. A new sender may begin before the last one's chunk is back.</summary>
    private int _chunkBytes;

    /// <summary>Whether another request may be read.</summary>
    public bool HasRoom => _bytes <= OwnBytes || (_bytes < MostBytes && !share.Budget.IsShort);

    /// <summary>Whether others cannot be answered for what it holds.</summary>
    public bool IsWantedByOthers => (_bytes > OwnBytes || Volatile.Read(ref _chunkBytes) > 0) && share.Budget.IsShort;

    private long Shared => Math.Max(0, _bytes - OwnBytes);

    public void Add(int bytes)
    {
        long before = Shared;
        _bytes += bytes;
        if (Shared > before) share.Add(Shared - before);
    }

    public void Remove(int bytes)
    {
        long before = Shared;
        _bytes -= bytes;
        if (Shared < before) share.GiveBack(before - Shared);
    }

    /// <summary>A buffer for a response of this length, or a part of it.</summary>
    /// <param name="charged">What it takes of the budget, to be given back with it.</param>
    public byte[] RentChunk(long length, out int charged)
    {
        int size = (int)Math.Clamp(length, LeastChunk, MostChunk);
        charged = size > OwnBytes && share.TryTake(size) ? size : 0;
        Interlocked.Add(ref _chunkBytes, charged);
        return ArrayPool<byte>.Shared.Rent(charged > 0 ? size : Math.Min(size, OwnBytes));
    }

    public void ReturnChunk(byte[] chunk, int charged)
    {
        ArrayPool<byte>.Shared.Return(chunk);
        if (charged > 0) share.GiveBack(charged);
        Interlocked.Add(ref _chunkBytes, -charged);
    }

    /// <summary>Nothing is sent any more.</summary>
    public void Close() => share.Dispose();
}
