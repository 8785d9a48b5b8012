namespace KafkaActors.Protocol.Tests;

public sealed class Crc32CTests
{
    // RFC 3720, appendix B.4.
    private static readonly object[] Rfc3720 =
    [
        new object[] { new byte[32], 0x8A9136AAu },
        new object[] { Enumerable.Repeat((byte)0xFF, 32).ToArray(), 0x62A8AB43u },
        new object[] { Enumerable.Range(0, 32).Select(i => (byte)i).ToArray(), 0x46DD794Eu },
        new object[] { Enumerable.Range(0, 32).Select(i => (byte)(31 - i)).ToArray(), 0x113FDB5Cu },
        new object[]
        {
            Convert.FromHexString(
                "01C000000000000000000000000000001400000000000400"
                + "000000140000001828000000000000000200000000000000"),
            0xD9963A56u,
        },
    ];

    [TestCaseSource(nameof(Rfc3720))]
    public void The_vectors_of_RFC_3720_hold(byte[] source, uint expected) =>
        Assert.That(Crc32C.Compute(source), Is.EqualTo(expected));

    [Test]
    public void The_check_value_of_the_polynomial_holds() =>
        Assert.That(Crc32C.Compute("123456789"u8), Is.EqualTo(0xE3069283u));

    [Test]
    public void Every_length_and_alignment_equals_the_simple_loop()
    {
        var bytes = new byte[5_000];
        new Random(20240229).NextBytes(bytes);
        for (int length = 0; length <= 1_100; length++)
        {
            ReadOnlySpan<byte> source = bytes.AsSpan(length % 9, length);
            Assert.That(Crc32C.Compute(source), Is.EqualTo(Crc32C.ComputeOneByOne(source)), $"length {length}");
        }
    }

    [Test]
    public void Lengths_around_the_joins_of_stretches_equal_the_simple_loop()
    {
        var bytes = new byte[20_000];
        new Random(20240301).NextBytes(bytes);
        foreach (int joined in new[] { 4_080, 2 * 4_080, 4_080 + 528, 3 * 4_080 + 2 * 528 })
        {
            for (int length = joined - 9; length <= joined + 9; length++)
            {
                ReadOnlySpan<byte> source = bytes.AsSpan(3, length);
                Assert.That(Crc32C.Compute(source), Is.EqualTo(Crc32C.ComputeOneByOne(source)), $"length {length}");
            }
        }
    }
}
