namespace KafkaActors.Protocol.Tests;

public sealed class VarintTests
{
    // Value and bytes as Kafka's own documentation of zigzag varints and Protocol Buffers' agree on them.
    private static readonly object[] Known =
    [
        new object[] { 0, "00" }, new object[] { -1, "01" }, new object[] { 1, "02" }, new object[] { -2, "03" },
        new object[] { 63, "7E" }, new object[] { -64, "7F" },
        new object[] { 64, "8001" }, new object[] { -65, "8101" },
        new object[] { 8191, "FE7F" }, new object[] { -8192, "FF7F" }, new object[] { 8192, "808001" },
        new object[] { int.MaxValue, "FEFFFFFF0F" }, new object[] { int.MinValue, "FFFFFFFF0F" },
    ];

    [TestCaseSource(nameof(Known))]
    public void A_known_value_has_its_known_bytes(int value, string hex)
    {
        var bytes = new byte[Varint.MaxInt32Size];
        int written = Varint.WriteInt32(bytes, value);
        Assert.That(Convert.ToHexString(bytes, 0, written), Is.EqualTo(hex));
        Assert.That(Varint.SizeOfInt32(value), Is.EqualTo(written));
        int position = 0;
        Assert.That(Varint.TryReadInt32(bytes.AsSpan(0, written), ref position, out int read), Is.True);
        Assert.That((read, position), Is.EqualTo((value, written)));
    }

    [Test]
    public void Every_power_of_two_and_its_neighbours_survive()
    {
        var bytes = new byte[Varint.MaxInt64Size];
        for (int bit = 0; bit < 64; bit++)
        {
            foreach (long value in new[] { (1L << bit) - 1, 1L << bit, -(1L << bit), ~(1L << bit) })
            {
                int written = Varint.WriteInt64(bytes, value);
                Assert.That(written, Is.EqualTo(Varint.SizeOfInt64(value)));
                int position = 0;
                Assert.That(Varint.TryReadInt64(bytes, ref position, out long read), Is.True);
                Assert.That((read, position), Is.EqualTo((value, written)));
            }
        }
    }

    [Test]
    public void The_greatest_unsigned_value_survives()
    {
        var bytes = new byte[Varint.MaxInt32Size];
        int position = 0;
        Assert.That(Varint.WriteUInt32(bytes, uint.MaxValue), Is.EqualTo(Varint.SizeOfUInt32(uint.MaxValue)));
        Assert.That(Varint.TryReadUInt32(bytes, ref position, out uint read), Is.True);
        Assert.That((read, position), Is.EqualTo((uint.MaxValue, Varint.MaxInt32Size)));
    }

    [TestCase("", TestName = "Nothing_is_no_varint")]
    [TestCase("80", TestName = "A_cut_varint_is_refused")]
    [TestCase("8080", TestName = "A_varint_cut_after_two_bytes_is_refused")]
    [TestCase("8080808010", TestName = "A_varint_past_32_bits_is_refused")]
    [TestCase("808080808000", TestName = "A_varint_of_six_bytes_is_refused")]
    public void What_is_no_varint_is_refused_and_moves_nothing(string hex)
    {
        int position = 0;
        Assert.That(Varint.TryReadInt32(Convert.FromHexString(hex), ref position, out _), Is.False);
        Assert.That(position, Is.Zero);
    }

    [TestCase("80808080808080808002", TestName = "A_varlong_past_64_bits_is_refused")]
    [TestCase("8080808080808080808000", TestName = "A_varlong_of_eleven_bytes_is_refused")]
    public void What_is_no_varlong_is_refused(string hex)
    {
        int position = 0;
        Assert.That(Varint.TryReadInt64(Convert.FromHexString(hex), ref position, out _), Is.False);
    }

    [Test]
    public void A_position_past_the_end_is_refused()
    {
        int position = 9;
        Assert.That(Varint.TryReadInt32(new byte[3], ref position, out _), Is.False);
    }
}
