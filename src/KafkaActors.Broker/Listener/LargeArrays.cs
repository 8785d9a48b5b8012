using System.Buffers;
using System.Numerics;

namespace KafkaActors.Broker.Listener;

/// <summary>
/// The buffers of large frames. A few of each size are used again; what a flood took beyond them is left to the
/// collector, as are those of many megabytes, which are rare. The collector does not look at those by itself for a long
/// time: it is told when many have come together. Any thread.
/// </summary>
internal static class LargeArrays
{
    public const int MaxPooledBytes = 4 * 1024 * 1024;

    /// <summary>Of each size from <see cref="FrameBuffer.FirstLargeBytes"/> on: 32 MiB in all are kept.</summary>
    private const int PooledOfEachSize = 4;

    private const long MostLeftBytes = 128 * 1024 * 1024;

    private static readonly ArrayPool<byte> Pool = ArrayPool<byte>.Create(MaxPooledBytes, PooledOfEachSize);

    private static long left;

    /// <summary>The size of an array for at least so many bytes: what is to be charged for it.</summary>
    public static int SizeOf(int bytes) =>
        bytes <= MaxPooledBytes ? (int)BitOperations.RoundUpToPowerOf2((uint)bytes) : bytes;

    /// <param name="size">As <see cref="SizeOf"/> says.</param>
    public static byte[] Rent(int size) =>
        size <= MaxPooledBytes ? PoolOf(size).Rent(size) : GC.AllocateUninitializedArray<byte>(size);

    /// <summary>Nobody uses it any more.</summary>
    public static void Return(byte[] array)
    {
        if (array.Length <= MaxPooledBytes) PoolOf(array.Length).Return(array);
        else Leave(array);
    }

    /// <summary>Somebody may still use it: it is not used again.</summary>
    public static void Leave(byte[] array)
    {
        if (array.Length < FrameBuffer.FirstLargeBytes) return;
        long bytes = Interlocked.Add(ref left, array.Length);
        if (bytes < MostLeftBytes || Interlocked.CompareExchange(ref left, 0, bytes) != bytes) return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
    }

    private static ArrayPool<byte> PoolOf(int size) =>
        size < FrameBuffer.FirstLargeBytes ? ArrayPool<byte>.Shared : Pool;
}
