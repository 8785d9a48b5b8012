using KafkaActors.Protocol.Tests.Goldens;

namespace KafkaActors.Protocol.Tests;

public sealed class Murmur2Tests
{
    [Test]
    public void Every_golden_key_has_its_hash()
    {
        IReadOnlyList<GoldenHash> goldens = GoldenBatch.Load<GoldenHash>("murmur2.json");
        Assert.That(goldens, Has.Count.GreaterThan(40));
        foreach (GoldenHash golden in goldens)
            Assert.That(Murmur2.Hash(golden.Key), Is.EqualTo((int)golden.Hash), Convert.ToHexString(golden.Key));
    }

    [Test]
    public void The_partition_drops_the_sign_bit()
    {
        Assert.That(Murmur2.Hash("21"u8), Is.EqualTo(-973_932_308));
        Assert.That(Murmur2.PartitionOf("21"u8, 7), Is.EqualTo((int)((3_321_034_988L & int.MaxValue) % 7)));
    }

    public sealed record GoldenHash(byte[] Key, uint Hash);
}
