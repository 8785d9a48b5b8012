using System.Buffers.Binary;
using System.Numerics;

namespace KafkaActors.Storage.Cleaning;

/// <summary>
/// SipHash-2-4 with 128 bits (Aumasson and Bernstein): a keyed hash, short inputs at some 20 ns. Who does not know the
/// key cannot choose inputs that collide.
/// </summary>
internal readonly struct SipHash128
{
    public const int KeyBytes = 2 * sizeof(ulong);

    private const int WordBytes = sizeof(ulong);

    private readonly ulong _key0;
    private readonly ulong _key1;

    public SipHash128(ReadOnlySpan<byte> key)
    {
        _key0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
        _key1 = BinaryPrimitives.ReadUInt64LittleEndian(key[WordBytes..]);
    }

    public UInt128 Compute(ReadOnlySpan<byte> source)
    {
        var state = new State(_key0, _key1);
        ulong last = (ulong)source.Length << 56;
        for (; source.Length >= WordBytes; source = source[WordBytes..])
            state.Take(BinaryPrimitives.ReadUInt64LittleEndian(source));
        for (int i = 0; i < source.Length; i++) last |= (ulong)source[i] << (8 * i);
        state.Take(last);
        return state.Finish();
    }

    private struct State(ulong key0, ulong key1)
    {
        private ulong _v0 = key0 ^ 0x736f6d6570736575;
        private ulong _v1 = key1 ^ 0x646f72616e646f6d ^ 0xee;
        private ulong _v2 = key0 ^ 0x6c7967656e657261;
        private ulong _v3 = key1 ^ 0x7465646279746573;

        public void Take(ulong word)
        {
            _v3 ^= word;
            Round();
            Round();
            _v0 ^= word;
        }

        public UInt128 Finish()
        {
            _v2 ^= 0xee;
            for (int i = 0; i < 4; i++) Round();
            ulong lower = _v0 ^ _v1 ^ _v2 ^ _v3;
            _v1 ^= 0xdd;
            for (int i = 0; i < 4; i++) Round();
            return new UInt128(upper: _v0 ^ _v1 ^ _v2 ^ _v3, lower);
        }

        private void Round()
        {
            _v0 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
            _v0 = BitOperations.RotateLeft(_v0, 32);
            _v2 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
            _v0 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
            _v2 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
            _v2 = BitOperations.RotateLeft(_v2, 32);
        }
    }
}
