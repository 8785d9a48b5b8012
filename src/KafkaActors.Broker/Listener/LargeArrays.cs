using System.Buffers;
using System.Numerics;

namespace KafkaActors.Broker.Listener;

/// <summary>
/// The buffers of large frames. Those that come often are used again; a pool of arrays of many megabytes, which are
/// rare, would keep them for ever after one flood: they are left to the collector.
/// </summary>
internal static class LargeArrays
{
    public const int MaxPooledBytes = 4 * 1024 * 1024;

    /// <summary>The size of an array for at least so many bytes: what is to be charged for it.</summary>
    public static int SizeOf(int bytes) =>
        bytes <= MaxPooledBytes ? (int)BitOperations.RoundUpToPowerOf2((uint)bytes) : bytes;

    /// <param name="size">As <see cref="SizeOf"/> says.</param>
    public static byte[] Rent(int size) => size <= MaxPooledBytes
        ? ArrayPool<byte>.Shared.Rent(size)
        : GC.AllocateUninitializedArray<byte>(size);

    public static void Return(byte[] array)
    {
        if (array.Length <= MaxPooledBytes) ArrayPool<byte>.Shared.Return(array);
    }
}
