using KafkaActors.Coordination.Coordinators;

namespace KafkaActors.Coordination.Tests.Coordinators;

public sealed class CoordinatorKeysTests
{
    // What Kafka computes: 0 where String.hashCode() is the least int, else its absolute value, modulo the partitions.
    [TestCase("", 50, 0)]
    [TestCase("a", 50, 47)]
    [TestCase("group", 50, 47)]
    [TestCase("group", 3, 2)]
    [TestCase("my-group", 50, 12, Description = "hash -1906497762")]
    [TestCase("orders", 50, 31, Description = "hash -1008770331")]
    [TestCase("billing", 50, 9, Description = "hash -109829509")]
    [TestCase("gruppe-\u00fc", 50, 22, Description = "not ASCII: hash 673522922")]
    [TestCase("gruppe-\u00fcber", 50, 37, Description = "not ASCII and negative: hash -1165740187")]
    [TestCase("\ud83d\ude00", 50, 49, Description = "two UTF-16 units: hash 1772899")]
    [TestCase("polygenelubricants", 50, 0, Description = "hash -2147483648")]
    [TestCase("polygenelubricants", 7, 0, Description = "hash -2147483648")]
    public void A_key_is_in_the_partition_where_Kafka_has_it(string key, int partitions, int expected) =>
        Assert.That(CoordinatorKeys.PartitionOf(key, partitions), Is.EqualTo(expected));
}
