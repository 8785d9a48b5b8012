using KafkaActors.Storage.Cleaning;

namespace KafkaActors.Storage.Tests.Cleaning;

public sealed class KeyOffsetMapTests
{
    [Test]
    public void It_has_the_last_offset_of_each_key()
    {
        KeyOffsetMap map = Map(keys: 1000);
        for (int offset = 0; offset < 5000; offset++) Assert.That(map.TryPut(Hash(map, offset % 700), offset), Is.True);
        Assert.That(map.Count, Is.EqualTo(700));
        for (int key = 0; key < 700; key++)
        {
            long last = key + (4999 - key) / 700 * 700;
            Assert.That(map.OffsetOf(Hash(map, key)), Is.EqualTo(last));
        }
        Assert.That(map.OffsetOf(Hash(map, 700)), Is.EqualTo(-1));
    }

    [Test]
    public void A_full_map_takes_known_keys_only()
    {
        KeyOffsetMap map = Map(keys: 3);
        for (int key = 0; key < 3; key++) Assert.That(map.TryPut(Hash(map, key), key), Is.True);
        Assert.That(map.TryPut(Hash(map, 3), 3), Is.False);
        Assert.That(map.TryPut(Hash(map, 0), 4), Is.True);
        Assert.That(map.OffsetOf(Hash(map, 0)), Is.EqualTo(4));
    }

    [TestCase(24 * 100, 0.9, 90)]
    [TestCase(24 * 100, 1.0, 99)]
    [TestCase(24 * 100 + 23, 0.5, 50)]
    public void It_takes_no_more_memory_than_it_may_and_as_many_keys_as_fit(int maxBytes, double loadFactor, int keys)
    {
        var map = new KeyOffsetMap(maxBytes, loadFactor);
        map.Clear(1_000_000);
        int key = 0;
        while (map.TryPut(Hash(map, key), key)) key++;
        Assert.That(key, Is.EqualTo(keys));
        Assert.That(map.SizeInBytes, Is.LessThanOrEqualTo(maxBytes));
    }

    [Test]
    public void It_takes_memory_for_the_keys_there_can_be_and_gives_it_back()
    {
        var map = new KeyOffsetMap(1 << 30, 0.9);
        Assert.That(map.SizeInBytes, Is.Zero);
        map.Clear(9);
        for (int key = 0; key < 9; key++) Assert.That(map.TryPut(Hash(map, key), key), Is.True);
        Assert.That(map.SizeInBytes, Is.LessThan(500));
        map.Release();
        Assert.That((map.SizeInBytes, map.OffsetOf(Hash(map, 1))), Is.EqualTo((0L, -1L)));
    }

    [Test]
    public void A_cleared_map_knows_nothing()
    {
        KeyOffsetMap map = Map(keys: 10);
        map.TryPut(Hash(map, 1), 0);
        map.Clear(10);
        Assert.That((map.Count, map.OffsetOf(Hash(map, 1))), Is.EqualTo((0, -1L)));
    }

    [TestCase(24, 1.0)]
    [TestCase(24 * 5, 0.1)]
    public void One_without_room_for_a_key_is_refused(int maxBytes, double loadFactor)
    {
        Assert.That(() => new KeyOffsetMap(maxBytes, loadFactor), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private static KeyOffsetMap Map(int keys)
    {
        var map = new KeyOffsetMap((keys + 1) * KeyOffsetMap.EntryBytes, 1);
        map.Clear(keys);
        return map;
    }

    private static UInt128 Hash(KeyOffsetMap map, int key) => map.HashOf(BitConverter.GetBytes(key));
}
